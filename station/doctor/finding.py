"""One finding of the doctor."""

from dataclasses import dataclass
from enum import Enum


class Weight(Enum):
    OK = "ok"
    HINT = "hint"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    name: str
    weight: Weight
    sentence: str
    cure: str = ""

    def as_plain(self) -> dict[str, str]:
        return {"name": self.name, "weight": self.weight.value, "sentence": self.sentence, "cure": self.cure}


def ok(name: str, sentence: str) -> Finding:
    return Finding(name, Weight.OK, sentence)


def hint(name: str, sentence: str, cure: str) -> Finding:
    return Finding(name, Weight.HINT, sentence, cure)


def fault(name: str, sentence: str, cure: str) -> Finding:
    return Finding(name, Weight.FAULT, sentence, cure)
