from tenants import audit, push, revisions
from tenants.actors import Actor
from tenants.models import Feature, Revision
from tenants.services.declaring import Declared, declare
from tenants.services.tenants import check_slug


def declare_feature(
    slug: str, *, name: str, description: str = "", safe_answer: str = "", is_own: bool = False, by: Actor
) -> Declared[Feature]:
    """Register the feature or bring it in line; until then calls that name it are refused."""
    check_slug("feature", slug)
    with revisions.changing(Revision.Name.CONFIG):
        values = {"name": name, "description": description, "safe_answer": safe_answer, "is_own": is_own}
        declared = declare(Feature, {"slug": slug}, values)
        if declared.outcome != "unchanged":
            facts = {"before": dict(declared.before), "after": dict(declared.after)}
            audit.append_to_installation(actor=by, action=f"feature.{declared.outcome}", object=slug, payload=facts)
            push.after_commit(Revision.Name.CONFIG)
    return declared
