"""`station keys`: the keyboard's keys; `station keys add|list|remove`: the venues' keys, in an encrypted file."""

import getpass
import os
import re
import sys

import click

from feeds.credentials import Credentials
from station import paths
from station.cli.completion import complete_served
from station.cli.output import as_json, json_option, table, told
from station.errors import BadArgument, UnknownName
from station.keys.passphrase import ask_passphrase
from station.keys.unlocking import DEFAULT_ACCOUNT


def _passphrase_option(function: click.decorators.FC) -> click.decorators.FC:
    return click.option(
        "--passphrase-fd", type=int, metavar="N", help="Read the passphrase from this descriptor, for programs."
    )(function)


_account_option = click.option(
    "--account", default=DEFAULT_ACCOUNT, show_default=True, help="Our name for it; typed to trade LIVE."
)


@click.group(
    invoke_without_command=True,
    epilog="""\b
examples:
  station keys                                the keys of the keyboard, a sheet to print
  station keys add binance --account main     asks for key, secret and the passphrase of the file
  station keys list
  station keys remove binance --account main
  printf 'KEY\\nSECRET\\n' | station keys add okx --passphrase-fd 3 3<passphrase.txt""",
)
@click.option("--markdown", is_flag=True, help="As a page.")
@click.pass_context
def keys(context: click.Context, markdown: bool) -> None:
    """The keyboard's keys as keys.toml has them; with a verb, the keys of venues."""
    if context.invoked_subcommand is None:
        from station.actions import as_markdown, as_sheet
        from station.keymap import read_keymap

        actions = read_keymap(paths.keys_file()).actions
        click.echo(as_markdown(actions) if markdown else as_sheet(actions), nl=False)


@keys.command("add")
@click.argument("venue", shell_complete=complete_served)
@_account_option
@_passphrase_option
@json_option
def add(venue: str, account: str, passphrase_fd: int | None, json_: bool) -> None:
    """Keep a key. It is asked for, or read from standard input: key, secret, passphrase of the venue, a line each."""
    from station.keys.key_file import key_file, read_keys, write_keys

    _refuse_odd_names(venue, account)  # before anything is asked
    path = key_file()
    passphrase = ask_passphrase(passphrase_fd, is_new=not os.path.lexists(path))
    accounts = read_keys(path, passphrase)
    is_new = account not in accounts.get(venue, {})
    accounts.setdefault(venue, {})[account] = _ask_credentials()
    write_keys(path, accounts, passphrase)
    done = "kept" if is_new else "replaced"
    as_json({"venue": venue, "account": account, "done": done}) if json_ else told(
        f"The key of [b]{venue}[/b], account [b]{account}[/b], is {done} in {path}."
    )


@keys.command("list")
@_passphrase_option
@json_option
def list_(passphrase_fd: int | None, json_: bool) -> None:
    """Venues and accounts; never a key."""
    from station.keys.key_file import key_file, read_keys

    path = key_file()
    accounts = read_keys(path, ask_passphrase(passphrase_fd)) if os.path.lexists(path) else {}
    rows = [{"venue": venue, "account": account} for venue in sorted(accounts) for account in sorted(accounts[venue])]
    as_json(rows) if json_ else table("Keys", rows)


@keys.command("remove")
@click.argument("venue", shell_complete=complete_served)
@_account_option
@_passphrase_option
@json_option
def remove(venue: str, account: str, passphrase_fd: int | None, json_: bool) -> None:
    """Forget a key here. At the venue it stays valid until it is revoked there."""
    from station.keys.key_file import key_file, read_keys, write_keys

    path = key_file()
    passphrase = ask_passphrase(passphrase_fd) if os.path.lexists(path) else ""
    accounts = read_keys(path, passphrase)
    if account not in accounts.get(venue, {}):
        raise UnknownName(what="key", name=f"{venue}, account {account}", near=sorted(accounts.get(venue, {})))
    del accounts[venue][account]
    write_keys(path, {name: kept for name, kept in accounts.items() if kept}, passphrase)
    as_json({"venue": venue, "account": account, "done": "removed"}) if json_ else told(
        f"The key of {venue}, account {account}, is removed here; revoke it at the venue, too."
    )


COMMANDS = (keys,)


def _ask_credentials() -> Credentials:
    if sys.stdin.isatty():
        said = [getpass.getpass(f"{what}: ") for what in ("Key", "Secret", "Passphrase of the venue, if it has one")]
    else:
        said = [sys.stdin.readline(4096).strip() for _ in range(3)]
    if not said[0] or not said[1]:
        raise BadArgument("key and secret must not be empty; nothing was written")
    return Credentials(*said)


def _refuse_odd_names(venue: str, account: str) -> None:
    for what, name in (("a venue's", venue), ("an account's", account)):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,39}", name):
            raise BadArgument(f"{what} name is 1 to 40 letters, digits, dots, colons, - and _: {name!r}")
