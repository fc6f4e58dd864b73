# ruff: noqa: D103 - what a command does stands in its help
"""`desk completion`: what a shell needs to complete commands, options and tonight's references.

The script asks the program itself at each Tab, so it never grows old. Where there is no store only commands are known.
"""

import re
from io import StringIO

from desk.language import LANGUAGES, N_
from screens.cli.call import Answer, Call, Shown
from screens.cli.grammar import GLOBAL_OPTIONS, argument, command, option
from screens.cli.line import begun_in, offers
from screens.cli.words import TEXT, Code

BASH = r"""_desk_words() {
    local word
    COMPREPLY=()
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <("$1" completion bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -o bashdefault -o default -F _desk_words desk"""
ZSH = r"""#compdef desk
_desk() {
    local -a found
    found=("${(@f)$($words[1] completion zsh --line "${(j: :)words[1,CURRENT]}" 2>/dev/null)}")
    if [[ -n $found[1] ]]; then
        compadd -- $found
    else
        _files
    fi
}
compdef _desk desk"""
FISH = r"""function __desk_words
    desk completion fish --line (commandline -cp | string collect) 2>/dev/null
end
complete -c desk -a '(__desk_words)'"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}
_PROGRAM = re.compile(r"^\s*\S+")
"""The first word, by whatever path the program is called."""
_NEEDS_A_BACKSLASH = re.compile(r"([^\w@%+=:,./-])")


@command(
    "completion",
    argument("shell", Code(tuple(SCRIPTS))),
    option("--line", TEXT, text=N_("Asked by the script: what the last word of this line can become.")),
    text=N_("A script for the shell, with which Tab completes. As in: source <(desk completion bash)"),
    storeless=True,
)
def completion(call: Call, shell: str, line: str | None) -> Answer:
    if line is None:
        return Shown(SCRIPTS[shell].split("\n"), {"shell": shell, "script": SCRIPTS[shell]})
    found = words_for(call, line, backslashes=shell == "bash")
    return Shown(found, found)


def words_for(call: Call, line: str, *, backslashes: bool) -> list[str]:
    """What the last word of a shell's line can become; nothing that goes wrong here is anybody's concern."""
    begun = begun_in(_PROGRAM.sub("desk", line, count=1))
    try:
        found = _offers(call, begun.words, begun.word)
    except Exception:  # whoever presses Tab asked for no sentence: the command itself says what is wrong
        return []
    if begun.quoted or not backslashes:
        return found
    return [_NEEDS_A_BACKSLASH.sub(r"\\\1", word) for word in found]


def _offers(call: Call, words: list[str], begun: str) -> list[str]:
    from screens.start import read_given

    rest = list(words)
    while rest and rest[0].partition("=")[0] in GLOBAL_OPTIONS:
        name = rest.pop(0)
        if "=" not in name:
            if not rest:
                return [code for code in LANGUAGES if code.startswith(begun)] if name == "--language" else []
            rest.pop(0)
    if not rest and begun.startswith("-"):
        return [flag for flag in (*GLOBAL_OPTIONS, "--version", "--help") if flag.startswith(begun)]
    if call.in_line or call.keyed:  # a line that comes over a key names no other store
        return offers(call, rest, begun)
    given = read_given(words)
    asked = Call(given.path, given.operator, StringIO(), StringIO(), given.language)
    try:
        return offers(asked, list(given.rest), begun)
    finally:
        asked.close()
