from typing import Any

class PrimitiveModel:
    def __init__(self, manager: Any, kind: Any, native: Any) -> None: ...
