"""How a kernel is given its state: as one pointer.

numba passes a NamedTuple of arrays by value: ten words for each array, copied at every call that is not inlined. A core
of eighty arrays paid half a microsecond a call for it, and minutes of compile time. So here a NamedTuple of arrays, or
of such NamedTuples, is a type of its own: the arrays' descriptors are laid out once, when Python calls the kernel, and
every kernel below takes the address.

    Python  →  kernel      descriptors of all arrays into one block on the stack, its address as the argument
    state.books            an address inside the block
    state.books.lots       a descriptor, of which only what is used is loaded

In a kernel such a tuple has its named fields and nothing else: no index, no unpacking, no new ones.
"""

import hashlib
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.core.typing.typeof import typeof_impl
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    register_model,
    unbox,
)


class StateType(types.Type):
    """A NamedTuple whose fields are arrays or such NamedTuples."""

    def __init__(self, owner: str, names: tuple[str, ...], members: tuple[Any, ...]) -> None:
        self.names = names
        self.members = members
        # A short name: it becomes part of the symbol of every kernel that takes the state.
        fields = [(name, str(member)) for name, member in zip(names, members, strict=True)]
        digest = hashlib.sha256(repr(fields).encode())
        super().__init__(name=f"{owner}_{digest.hexdigest()[:12]}")


_typeof_tuple = typeof_impl.dispatch(tuple)


@typeof_impl.register(tuple)
def _typeof(value: Any, context: Any) -> Any:
    names = getattr(type(value), "_fields", None)
    if names:
        members = tuple(typeof_impl(item, context) for item in value)
        if all(isinstance(member, (types.Array, StateType)) for member in members):
            return StateType(type(value).__name__, tuple(names), members)
    return _typeof_tuple(value, context)


def _block_of(manager: Any, state: StateType) -> Any:
    """The block of descriptors, blocks of inner states inside it."""
    parts = [
        _block_of(manager, member) if isinstance(member, StateType) else manager[member].get_data_type()
        for member in state.members
    ]
    return ir.LiteralStructType(parts)


@register_model(StateType)
class _StateModel(models.PrimitiveModel):
    def __init__(self, manager: Any, state: StateType) -> None:
        super().__init__(manager, state, _block_of(manager, state).as_pointer())


@infer_getattr
class _StateAttributes(AttributeTemplate):
    key = StateType

    def generic_resolve(self, state: StateType, name: str) -> Any:
        return state.members[state.names.index(name)] if name in state.names else None


@lower_getattr_generic(StateType)
def _get_attribute(context: Any, builder: Any, state: StateType, address: Any, name: str) -> Any:
    index = state.names.index(name)
    member = state.members[index]
    place = cgutils.gep_inbounds(builder, address, 0, index)
    if isinstance(member, StateType):
        return place
    return context.data_model_manager[member].load_from_data_pointer(builder, place)


@unbox(StateType)
def _unbox(state: StateType, value: Any, c: Any) -> Any:
    block = cgutils.alloca_once(c.builder, _block_of(c.context.data_model_manager, state))
    is_error = cgutils.alloca_once_value(c.builder, cgutils.false_bit)
    _lay_out(state, value, block, is_error, c)
    return NativeValue(block, is_error=c.builder.load(is_error))


def _lay_out(state: StateType, value: Any, block: Any, is_error: Any, c: Any) -> None:
    for index, member in enumerate(state.members):
        item = c.pyapi.tuple_getitem(value, index)  # borrowed: the caller's tuple keeps the arrays alive
        place = cgutils.gep_inbounds(c.builder, block, 0, index)
        if isinstance(member, StateType):
            _lay_out(member, item, place, is_error, c)
            continue
        native = c.unbox(member, item)
        with c.builder.if_then(native.is_error, likely=False):
            c.builder.store(cgutils.true_bit, is_error)
        array = c.context.make_array(member)(c.context, c.builder, native.value)
        if c.context.enable_nrt:
            c.context.nrt.decref(c.builder, member, native.value)
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        model = c.context.data_model_manager[member]
        c.builder.store(model.as_data(c.builder, array._getvalue()), place)
