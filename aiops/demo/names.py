"""End users of all tenants."""

from typing import Final

NAMES: Final = (
    "ana.silva",
    "ben.okafor",
    "carla.weber",
    "dmitri.ivanov",
    "elif.kaya",
    "farid.haddad",
    "grace.lin",
    "henrik.dahl",
    "ines.moreau",
    "jonas.berg",
    "keiko.mori",
    "lars.nygaard",
    "mei.tan",
    "nadia.rossi",
    "omar.aziz",
    "petra.novotna",
    "quinn.avery",
    "rosa.jimenez",
    "samir.patel",
    "tova.lindqvist",
)
