from costs.records import Outcome
from costs.usage import Usage
from gateway.errors import Busy
from gateway.process.metrics import Metrics
from gateway.steps.recording import Ending, finishing
from tests.gateway.factories import admit, make_call


def test_figures_add_up_what_came_to_an_end() -> None:
    metrics = Metrics("gateway-1")
    call = admit(make_call(x_aiops_user="u", x_aiops_feature="answers"))
    model = call.route.members[0].model
    call.add_hop(model, status=429, reason="429")
    call.add_hop(model, reason="deadline")
    metrics.count(finishing(call, Ending(Outcome.OK, model, Usage(input_tokens=7, output_tokens=5))))
    metrics.count(finishing(call, Ending.by(Busy(9))))
    metrics.refused("invalid_api_key")
    metrics.watch("open_calls", "Calls under way.", lambda: 3)
    lines = metrics.text().decode().splitlines()
    assert 'aiops_gateway_calls_total{outcome="ok",process="gateway-1"} 1.0' in lines
    assert 'aiops_gateway_calls_total{outcome="refused",process="gateway-1"} 1.0' in lines
    assert 'aiops_gateway_tokens_total{kind="input",process="gateway-1"} 7.0' in lines
    assert 'aiops_gateway_failed_hops_total{process="gateway-1",reason="429"} 2.0' in lines
    assert 'aiops_gateway_failed_hops_total{process="gateway-1",reason="deadline"} 2.0' in lines
    assert 'aiops_gateway_refused_total{code="invalid_api_key",process="gateway-1"} 1.0' in lines
    assert 'aiops_gateway_call_seconds_count{process="gateway-1"} 2.0' in lines
    assert 'aiops_gateway_open_calls{process="gateway-1"} 3.0' in lines
