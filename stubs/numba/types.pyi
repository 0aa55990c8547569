from typing import Any

int64: Any
int32: Any
uint64: Any
uint32: Any
int8: Any
int16: Any
float64: Any
boolean: Any
Array: Any
class Type:
    def __init__(self, name: str) -> None: ...

intp: Any
voidptr: Any
void: Any
CPointer: Any
ExternalFunction: Any
Record: Any
