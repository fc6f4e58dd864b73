"""The steps that a key asks for, each a question or a typed line and then one action; screens share them."""

from collections.abc import Mapping
from datetime import datetime

from desk import clock
from desk.households import OUT_LABELS, Household
from desk.language import _, ngettext, ungrouped
from desk.placements import DECLINE_LABELS, Placement
from desk.refusals import Refused
from screens.asking import Prompt
from screens.desk_screen import DeskScreen, when_typed


def whole_number(words: str) -> int:
    """A number that was typed, or a refusal."""
    digits = ungrouped(words)
    if not digits.isdecimal() or len(digits) > 6:
        raise Refused(_("'{text}' is not a number. Type a whole number, as 51.").format(text=words[:20]))
    return int(digits)


def number_and_words(words: str) -> tuple[int, str]:
    """A number with words behind it, as a reason."""
    first, _space, rest = words.partition(" ")
    return whole_number(first), rest.strip()


def _code(table: Mapping[str, str], typed: str) -> str:
    """The code that a word means, typed as the code or as it is shown; empty when it means none."""
    wanted = typed.casefold()
    return next((code for code, label in table.items() if code.startswith(wanted) or _(label).startswith(wanted)), "")


def _household(screen: DeskScreen, ref: str) -> Household:
    return next(h for h in screen.night.households if h.ref == ref)


def who(screen: DeskScreen, ref: str) -> str:
    """A household as it is called in a question."""
    h = _household(screen, ref)
    return f"{h.called} {h.people}"


def void(_done: object) -> None:
    """An answer nobody waits for."""


# --- beds -------------------------------------------------------------------------------------


def give_beds(screen: DeskScreen, bus_ref: str) -> None:
    """Beds for all who wait, after a preview of the whole plan."""
    from screens.beds import plan

    plan.give_beds(screen, bus_ref)


def free_bed(screen: DeskScreen, label: str) -> None:
    """A bed or room that was out of use."""
    screen.ask(
        _("Is {bed} in use again?").format(bed=label), lambda: void(screen.do(screen.desk_app.desk.beds.free, label))
    )


def move(screen: DeskScreen, ref: str) -> None:
    """Other beds for a household; nobody asleep is moved without a person who says so."""
    settings = screen.night.settings

    def typed(words: str, at: datetime | None) -> None:
        screen.do(screen.desk_app.desk.households.move, ref, words.split(), at)

    label = _("{who}: to which room or beds? As in: 12 or 12-1 12-2").format(who=who(screen, ref))
    if clock.within(f"{settings.quiet_from}-{settings.quiet_until}", screen.night.at, settings.tz):
        label = _("They sleep now. {label}").format(label=label)
    screen.type(Prompt(label, typed))


# --- households -------------------------------------------------------------------------------


def guardian(screen: DeskScreen, ref: str) -> None:
    """The guardianship contact of a minor without a parent."""

    def typed(words: str, at: datetime | None) -> None:
        screen.do(screen.desk_app.desk.households.guardian, ref, words, at)

    label = _("{who}: rung whom at the guardianship, and what was agreed?").format(who=who(screen, ref))
    screen.type(Prompt(label, typed, draft=f"guardian {ref}"))


def out_or_back(screen: DeskScreen, ref: str) -> None:
    """o: whoever is out comes back in, else some go out."""
    if screen.night.out_of(_household(screen, ref)):
        back_in(screen, ref)
        return

    def typed(words: str, at: datetime | None) -> None:
        members: set[int] = set()
        to, back = "other", None
        for word in words.replace(",", " ").split():
            if word.isdecimal():
                members.add(whole_number(word))
            elif ":" in word or word[0] in "+-":
                back = when_typed(screen, word)
            else:
                to = _code(OUT_LABELS, word) or word
        screen.do(screen.desk_app.desk.households.out, ref, members, to, back, at)

    label = _("{who} out: where, who, back when? As in: hospital 1,2 09:00").format(who=who(screen, ref))
    screen.type(Prompt(label, typed))


def back_in(screen: DeskScreen, ref: str) -> None:
    """They are in the building again."""
    screen.ask(
        _("Are all of {who} in again?").format(who=who(screen, ref)),
        lambda: void(screen.do(screen.desk_app.desk.households.back, ref)),
    )


def split(screen: DeskScreen, ref: str) -> None:
    """Some go on as a household of their own: a second confirmation and a reason."""

    def typed(words: str, at: datetime | None) -> None:
        first, _space, reason = words.partition(" ")
        members = {whole_number(part) for part in first.split(",") if part}
        words = _("Split members {members} off from {who}? They then travel apart.").format(
            members=first, who=who(screen, ref)
        )
        households = screen.desk_app.desk.households
        screen.end_typing()
        screen.ask(words, lambda: void(screen.do(households.split, ref, members, reason, at)))

    label = _("{who}: which members go, and why? As in: 2,3 brother found").format(who=who(screen, ref))
    screen.type(Prompt(label, typed))


def leave(screen: DeskScreen, ref: str) -> None:
    """They leave without any arrangement."""
    screen.ask(
        _("{who} leave by themselves, without a place?").format(who=who(screen, ref)),
        lambda: void(screen.do(screen.desk_app.desk.households.leave, ref, "left")),
    )


# --- placements -------------------------------------------------------------------------------


def placement_of(screen: DeskScreen, ref: str) -> Placement | None:
    """The open placement of a household."""
    return screen.night.placement_of.get(_household(screen, ref).id)


def agree(screen: DeskScreen, refs: list[str]) -> None:
    """The receiver said yes."""

    def typed(words: str, at: datetime | None) -> None:
        screen.do_each(screen.desk_app.desk.placements.agree, refs, by=words, at=at)

    screen.type(Prompt(_("Who said yes? Give a name"), typed))


def transport(screen: DeskScreen, refs: list[str]) -> None:
    """By whom and when."""

    def typed(words: str, at: datetime | None) -> None:
        placements = screen.desk_app.desk.placements
        if words.upper().startswith("R-"):
            screen.do_each(placements.transport, refs, ride=words, at=at)
            return
        carrier, _space, time = words.rpartition(" ")
        if not carrier:
            raise Refused(_("Give who drives and when, as in: taxi 2 08:15"))
        screen.do_each(placements.transport, refs, carrier=carrier, pickup=when_typed(screen, time), at=at)

    screen.type(Prompt(_("Who drives, and when do they leave? As in: taxi 2 08:15"), typed))


def depart(screen: DeskScreen, refs: list[str]) -> None:
    """They are on the road."""
    words = ngettext("Have they left? Their beds then need cleaning.", "Have all {n} left?", len(refs))
    screen.ask(words.format(n=len(refs)), lambda: void(screen.do_each(screen.desk_app.desk.placements.depart, refs)))


def confirm(screen: DeskScreen, refs: list[str]) -> None:
    """The receiver confirms; only now they are placed."""

    def typed(words: str, at: datetime | None) -> None:
        screen.do_each(screen.desk_app.desk.placements.confirm, refs, by=words, at=at)

    screen.type(Prompt(_("Who confirms that they arrived? Give a name"), typed))


def extend(screen: DeskScreen, ref: str) -> None:
    """The hold lasts longer."""

    def typed(words: str, at: datetime | None) -> None:
        screen.do(screen.desk_app.desk.placements.extend, ref, when_typed(screen, words), at)

    screen.type(Prompt(_("Held until when? As in: 10:00 or +2h"), typed))


def _reasons(_typed: str) -> str:
    """Why a receiver may say no, in the words that are typed."""
    return ", ".join(_(label) for label in DECLINE_LABELS.values())


def falls_through(screen: DeskScreen, ref: str) -> None:
    """They said no, or we take it back."""

    def typed(words: str, at: datetime | None) -> None:
        reason, _space, note = words.partition(" ")
        placements = screen.desk_app.desk.placements
        code = _code(DECLINE_LABELS, reason)
        if code:
            screen.do(placements.decline, ref, code, note, at)
        else:
            screen.do(placements.withdraw, ref, words, at)

    screen.type(Prompt(_("Said no? Why, and a note. Anything else takes it back"), typed, hint=_reasons))


def decline(screen: DeskScreen, ref: str) -> None:
    """The receiver says no, with the reason."""

    def typed(words: str, at: datetime | None) -> None:
        reason, _space, note = words.partition(" ")
        code = _code(DECLINE_LABELS, reason)
        if not code:
            raise Refused(_("'{text}' is no reason. Use one of: {known}.").format(text=reason[:20], known=_reasons("")))
        screen.do(screen.desk_app.desk.placements.decline, ref, code, note, at)

    screen.type(Prompt(_("Why not? One of these, and a note"), typed, hint=_reasons))


def back_up(screen: DeskScreen) -> None:
    """A backup is made beside the desk; that it is there is seen above."""
    screen.desk_app.beat.back_up()
    screen.say(_("The backup is being made; its age above tells when it is there."))


def rung_back(screen: DeskScreen, line: int) -> None:
    """A call-back was made."""
    screen.ask(_("Was it rung back?"), lambda: void(screen.do(screen.desk_app.desk.logbook.done, line)))
