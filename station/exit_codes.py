"""What the number at the end of a command means: the one list. `station exit-codes` prints it."""

from enum import IntEnum


class ExitCode(IntEnum):
    OK = 0
    FAILED = 1
    USAGE = 2
    NO_DESK = 3
    DESK_RUNS = 4
    DENIED = 5
    REJECTED = 6
    LEASE_HELD = 7
    NO_ANSWER = 8
    UNPROVEN = 9
    UNKNOWN_NAME = 10
    NO_SEAT = 11
    FOUND_FAULTS = 12
    START_FAILED = 13
    KEYS = 14
    BAD_NUMBER = 65
    MEMORY = 70
    DAMAGED = 74
    NO_PERMISSION = 77
    CONFIG = 78
    INTERNAL = 120


MEANING = {
    ExitCode.OK: "It was done.",
    ExitCode.FAILED: "A fault that has no number of its own; the sentence says which.",
    ExitCode.USAGE: "The command line itself: an unknown option, a missing argument.",
    ExitCode.NO_DESK: "There is no running desk of that name.",
    ExitCode.DESK_RUNS: "A desk of that name runs already.",
    ExitCode.DENIED: "Our own risk review refused the order or command; the reason is printed.",
    ExitCode.REJECTED: "The venue refused the order; the reason is printed.",
    ExitCode.LEASE_HELD: "Another client holds the trading lease; it is named.",
    ExitCode.NO_ANSWER: "The core or the venue did not answer in time: the outcome is not known.",
    ExitCode.UNPROVEN: "The desk is halted, but the proof that nothing is open did not come in time.",
    ExitCode.UNKNOWN_NAME: "No such instrument, order or venue.",
    ExitCode.NO_SEAT: "All sixteen seats are taken.",
    ExitCode.FOUND_FAULTS: "`doctor` found something that has to be repaired.",
    ExitCode.START_FAILED: "The desk could not start; its own words are printed.",
    ExitCode.KEYS: "The key file: a wrong passphrase, damage, or others may read it.",
    ExitCode.BAD_NUMBER: "A price off tick, a quantity off lot, or no number at all.",
    ExitCode.MEMORY: "Shared memory: no space, or a desk of another version.",
    ExitCode.DAMAGED: "A journal holds damaged records.",
    ExitCode.NO_PERMISSION: "The system refused access.",
    ExitCode.CONFIG: "The configuration has mistakes; all are named.",
    ExitCode.INTERNAL: "A fault of the station itself; the log file is named.",
}
