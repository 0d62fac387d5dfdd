"""Who answers, who decides, who is written to: [people]."""

from __future__ import annotations

from typing import Self

from pydantic import field_validator, model_validator

from .section import Section, lower


class PersonSetting(Section):
    """A role's mailbox. Names are optional: roles and offices suffice."""

    email: str = ""
    name: str = ""
    title: str = ""
    telephone: str = ""

    _low = field_validator("email", mode="before")(lower)


class People(Section):
    spoc: PersonSetting
    chief_executive: PersonSetting
    paro: PersonSetting = PersonSetting()
    alternate: PersonSetting = PersonSetting()
    force_spoc: PersonSetting = PersonSetting()
    force_foi: PersonSetting = PersonSetting()
    police: PersonSetting = PersonSetting()
    panel: PersonSetting = PersonSetting()
    commissioner: PersonSetting = PersonSetting()
    deputy_commissioner: PersonSetting = PersonSetting()
    chief_constable: PersonSetting = PersonSetting()
    emergency_alert: tuple[str, ...] = ()
    officers: tuple[str, ...] = ()
    delegates: tuple[str, ...] = ()  # whose commands count as the SPOC's
    force_domains: tuple[str, ...] = ()

    @field_validator("emergency_alert", "officers", "delegates", "force_domains", mode="before")
    @classmethod
    def _low_all(cls, value: object) -> object:
        return [lower(v) for v in value] if isinstance(value, list | tuple) else value

    @model_validator(mode="after")
    def _roles_have_addresses(self) -> Self:
        for role in ("spoc", "chief_executive"):
            if "@" not in getattr(self, role).email:
                raise ValueError(f"{role} needs an email")
        return self

    @property
    def addresses(self) -> frozenset[str]:
        """Everybody in [people]: the only ones written to in `observe` mode."""
        roles = (
            self.spoc,
            self.chief_executive,
            self.paro,
            self.alternate,
            self.force_spoc,
            self.force_foi,
            self.police,
            self.panel,
        )
        return frozenset(
            {p.email for p in roles if p.email} | set(self.emergency_alert) | self.officer_addresses
        )

    @property
    def officer_addresses(self) -> frozenset[str]:
        """Whose mail counts as the office's reply."""
        return frozenset({self.spoc.email, self.chief_executive.email, *self.officers, *self.delegates})
