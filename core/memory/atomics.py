"""Loads and stores between processes: acquire, release, fence; and the two calls a kernel may make outside.

Addresses are plain int64, so that one kernel serves any number of regions without being compiled again.

x86 is strongly ordered, so acquire and release cost what a plain move costs; they keep the *compiler* from moving
other accesses across. Only `fence` is an instruction (a store must be seen before a later load).

With NUMBA_DISABLE_JIT=1 each has a plain branch with the same meaning for one process.
"""

import ctypes
import time
from typing import Any

import numpy as np
from numba import carray, types
from numba.extending import intrinsic

from core.kernel import JIT, kernel
from core.records.event import EVENT
from core.records.market import MARKET_EVENT

CLOCK_MONOTONIC = 1

if JIT:
    from llvmlite import ir
    from numba import from_dtype
    from numba.core import cgutils
    from numba.core.typing.npydecl import parse_dtype
    from numba.np.arrayobj import populate_array

    _WORD = ir.IntType(64)

    @intrinsic
    def load_acquire(typing_context: Any, address: Any) -> Any:
        """The int64 at an address; nothing after it is read earlier."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.load_atomic(builder.inttoptr(arguments[0], _WORD.as_pointer()), "acquire", 8)

        return types.int64(types.int64), generate

    @intrinsic
    def store_release(typing_context: Any, address: Any, value: Any) -> Any:
        """Write an int64; nothing before it is written later."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            pointer = builder.inttoptr(arguments[0], _WORD.as_pointer())
            builder.store_atomic(arguments[1], pointer, "release", 8)
            return context.get_dummy_value()

        return types.void(types.int64, types.int64), generate

    @intrinsic
    def fence(typing_context: Any) -> Any:
        """What was stored before is seen by all before anything after is read."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            builder.fence("seq_cst")
            return context.get_dummy_value()

        return types.void(), generate

    @intrinsic
    def release_fence(typing_context: Any) -> Any:
        """Keeps the order of the stores before and after it."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            builder.fence("release")
            return context.get_dummy_value()

        return types.void(), generate

    @intrinsic
    def acquire_fence(typing_context: Any) -> Any:
        """Keeps the order of the loads before and after it."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            builder.fence("acquire")
            return context.get_dummy_value()

        return types.void(), generate

    @intrinsic
    def pause(typing_context: Any) -> Any:
        """Tells the CPU that this is a spin loop."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            function = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(ir.VoidType(), []), "llvm.x86.sse2.pause"
            )
            builder.call(function, [])
            return context.get_dummy_value()

        return types.void(), generate

    @intrinsic
    def as_pointer(typing_context: Any, address: Any) -> Any:
        """An address as the pointer that `carray` takes."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], cgutils.voidptr_t)

        return types.voidptr(types.int64), generate

    @intrinsic
    def array_at(typing_context: Any, address: Any, count: Any, dtype: Any) -> Any:
        """The records or numbers that lie at an address; `dtype` is a constant."""
        array_type = types.Array(parse_dtype(dtype), 1, "C")
        return array_type(types.int64, types.int64, dtype), _array_at(array_type)

    def _array_at(array_type: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            item = context.get_data_type(array_type.dtype)
            item_bytes = context.get_constant(types.intp, context.get_abi_sizeof(item))
            array = context.make_array(array_type)(context, builder)
            populate_array(
                array,
                data=builder.inttoptr(arguments[0], item.as_pointer()),
                shape=[arguments[1]],
                strides=[item_bytes],
                itemsize=item_bytes,
                meminfo=None,
            )
            return array._getvalue()

        return generate

    def _array_of(dtype: Any) -> Any:
        # An intrinsic, because a kernel may not return an array that it was not given.
        @intrinsic
        def array_of(typing_context: Any, address: Any, count: Any) -> Any:
            array_type = types.Array(from_dtype(np.dtype(dtype)), 1, "C")
            return array_type(types.int64, types.int64), _array_at(array_type)

        return array_of

    market_events_at = _array_of(MARKET_EVENT)
    events_at = _array_of(EVENT)
    words_at = _array_of(np.int64)

    _clock_gettime = types.ExternalFunction("clock_gettime", types.int32(types.int32, types.int64))
    _write = types.ExternalFunction("write", types.int64(types.int32, types.int64, types.int64))
    _usleep = types.ExternalFunction("usleep", types.int32(types.uint32))
    _sched_yield = types.ExternalFunction("sched_yield", types.int32())

    @kernel
    def monotonic_ns(timespec: np.ndarray) -> int:
        """CLOCK_MONOTONIC without the interpreter, about 20 ns. `timespec` is scratch: int64[2]."""
        _clock_gettime(CLOCK_MONOTONIC, timespec.ctypes.data)
        return timespec[0] * 1_000_000_000 + timespec[1]

    @kernel
    def ring_bell(file_descriptor: int, one: np.ndarray) -> None:
        """Add 1 to an eventfd. `one` is int64[1] holding 1."""
        _write(file_descriptor, one.ctypes.data, 8)

    @kernel
    def sleep_us(microseconds: int) -> None:
        """Give the CPU away. The thread's timer slack adds to it: set that to 1 ns first (core/process.py)."""
        _usleep(microseconds)

    @kernel
    def yield_cpu() -> None:
        _sched_yield()

else:

    def load_acquire(address: int) -> int:
        return ctypes.c_int64.from_address(int(address)).value

    def store_release(address: int, value: int) -> None:
        ctypes.c_int64.from_address(int(address)).value = int(value)

    def fence() -> None: ...

    def release_fence() -> None: ...

    def acquire_fence() -> None: ...

    def pause() -> None: ...

    def as_pointer(address: int) -> ctypes.c_void_p:
        return ctypes.c_void_p(int(address))

    def monotonic_ns(timespec: np.ndarray) -> int:
        return time.monotonic_ns()

    def ring_bell(file_descriptor: int, one: np.ndarray) -> None:
        import os

        os.write(file_descriptor, one.tobytes())

    def sleep_us(microseconds: int) -> None:
        time.sleep(microseconds / 1e6)

    def yield_cpu() -> None:
        time.sleep(0)

    def array_at(address: int, count: int, dtype: Any) -> np.ndarray:
        return carray(as_pointer(address), (int(count),), dtype)

    def market_events_at(address: int, count: int) -> np.ndarray:
        """The MARKET_EVENT[count] that lies at an address."""
        return array_at(address, count, MARKET_EVENT)

    def events_at(address: int, count: int) -> np.ndarray:
        """The EVENT[count] that lies at an address."""
        return array_at(address, count, EVENT)

    def words_at(address: int, count: int) -> np.ndarray:
        """The int64[count] that lies at an address."""
        return array_at(address, count, np.int64)
