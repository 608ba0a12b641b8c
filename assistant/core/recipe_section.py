"""What every part of a recipe is made of: its base class and its ranges of values."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Fraction = Annotated[float, Field(ge=0, le=1)]
# What numpy and torch both take.
Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Section(BaseModel):
    """What every part of a recipe has in common: frozen, and strict about its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _yes_is_not_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        # YAML reads yes and on as true, and pydantic would take true for 1.
        if isinstance(value, bool) and cls.model_fields[str(info.field_name)].annotation is not bool:
            raise ValueError("must not be true or false (yes, no, on and off mean the same in YAML); text wants quotes")
        return value
