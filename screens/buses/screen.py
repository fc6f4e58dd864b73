"""Key 2: which buses come, what is still to find, and the table at which their people are written down."""

from types import ModuleType

from desk import buses as rules
from desk.buses import Bus
from desk.households import HouseholdState
from desk.language import _, ngettext
from desk.night import Night
from desk.planner import free_places
from desk.ways import ways
from screens import steps
from screens.buses import steps as bus_steps
from screens.buses.rows import LIST, LOWER, lower_keys, rows
from screens.desk_screen import DeskScreen
from screens.lines import Row


class BusesScreen(DeskScreen):
    """Key 2."""

    SECTION = "buses"

    def rows(self, night: Night, width: int, height: int) -> list[Row]:
        """The list, and the opened bus."""
        refs = [bus.ref for bus in night.buses]
        if self.stand.at.get(LIST) not in refs:
            wanted = [bus.ref for bus in night.buses if bus.state in rules.OPEN]
            self.stand.at[LIST] = (wanted or refs or [""])[0]
        return rows(night, self.stand.at, width, height)

    def all_keys(self) -> dict[int, list[str]]:
        """The cursor moves over all buses and all lines below, though not all may be in sight."""
        return {
            LIST: [bus.ref for bus in self.night.buses],
            LOWER: lower_keys(self.night, self.stand.at.get(LIST, "")),
        }

    def _bus(self) -> Bus | None:
        return next((b for b in self.night.buses if b.ref == self.stand.at.get(LIST)), None)

    def live(self, key: str) -> dict[str, str]:
        """What can be done with the bus, and with the line below it."""
        bus = self._bus()
        if bus is None:
            return {}
        if bus.state not in rules.OPEN:
            return {"step": _("ask it back")} if self._may_be_recalled(bus) else {}
        lower = self.stand.half == LOWER
        if bus.state in rules.EXPECTED:
            first = self._way_label(key) if lower else self._first_label(bus)
            found = {"step": first, "arrived": _("it is here"), "hold": _("hold places"), "edit": _("time or number")}
            if self._waits(bus):
                return found | {"falls_through": _("refuse it")}
            return found | {"drives_on": _("drives on"), "falls_through": _("falls through")}
        step = self._way_label(key) if lower and key.startswith("way") else self._at_table(bus, key if lower else "")
        found = {"step": step, "count": _("count heads"), "register": _("register"), "hold": _("hold places")}
        if lower and key.startswith("H-"):
            found |= {"move": _("move"), "edit": _("edit")}
        return found | {"give_beds": _("give beds"), "drives_on": _("drives on"), "close": _("close")}

    def _waits(self, bus: Bus) -> bool:
        """Whether another desk sent it and waits for an answer."""
        return bool(self.night.sent_buses) and bool(_between().waits(self.night, bus))

    def _may_be_recalled(self, bus: Bus) -> bool:
        """Whether it was sent to another desk that has not answered."""
        return bool(self.night.sent_buses) and bool(_between().may_be_recalled(self.night, bus))

    def _first_label(self, bus: Bus) -> str:
        if self._waits(bus):
            return _("take it")
        short = self.night.numbers(bus).short
        return _("ways to find {n}").format(n=short) if short > 0 else _("it is here")

    def _way_label(self, key: str) -> str:
        kind = [*key.split(" "), "", "", ""][2]
        return {
            "free": _("hold them"),
            "clean": _("it is clean"),
            "open": _("open it"),
            "staff": _("go to its beds"),
            "elsewhere": _("hold there"),
            "send_on": _("send it on"),
        }.get(kind, _("how"))

    def _at_table(self, bus: Bus, key: str) -> str:
        if bus.counted is None:
            return _("count heads")
        h = next((h for h in self.night.households if h.ref == key), None)
        if h is not None and h.state is HouseholdState.EXPECTED:
            return _("they are here")
        if h is not None and h.state is HouseholdState.WAITING:
            return _("give a bed")
        return _("register") if self.night.numbers(bus).unregistered else _("close")

    def why_not(self, action: str) -> str:
        """Why a key does nothing for this bus."""
        bus = self._bus()
        if bus is None:
            return _("There is no bus. n: someone phoned in a bus.")
        if bus.state in rules.EXPECTED and action in {"count", "register", "close", "give_beds"}:
            return _("Bus {number} is not here yet. a: it is here.").format(number=bus.number)
        if bus.state in rules.HERE and action in {"arrived", "falls_through"}:
            return _("Bus {number} is here already.").format(number=bus.number)
        if bus.state not in rules.OPEN:
            return _("Bus {number}: {state}. u undoes your last step.").format(
                number=bus.number, state=_(rules.LABELS[bus.state])
            )
        return super().why_not(action)

    def hint(self, key: str) -> str:
        """What holding the free beds leaves, where the cursor stands on them."""
        bus = self._bus()
        if bus is None or self.stand.half != LOWER or " free " not in f"{key} ":
            return ""
        places = self._free_places(bus)
        left = max(0, free_places(self.night, bus) - self.night.numbers(bus).here - places)
        return ngettext(
            "Holding {n} place leaves {left} free in the house.",
            "Holding {n} places leaves {left} free in the house.",
            places,
        ).format(n=places, left=left)

    def _free_places(self, bus: Bus) -> int:
        way = next((w for w in ways(self.night, bus) if w.kind == "free"), None)
        return min(way.places or 0, self.night.numbers(bus).short) if way else 0

    # --- steps ------------------------------------------------------------------------------

    def do_step(self, key: str) -> None:
        """The next natural step of the bus, of a way, or of a household at the table."""
        bus = self._bus()
        if bus is None:
            return
        if self._may_be_recalled(bus):
            _between().recall(self, bus)
        elif self.stand.half == LOWER and key.startswith("way"):
            self._take_way(bus, key)
        elif self._waits(bus):
            _between().take(self, bus)
        elif bus.state in rules.HERE:
            self._step_here(bus, key if self.stand.half == LOWER else "")
        elif self.night.numbers(bus).short > 0:
            self.stand.other_half()
        else:
            bus_steps.arrived(self, bus.ref)

    def _step_here(self, bus: Bus, key: str) -> None:
        h = next((h for h in self.night.households if h.ref == key), None)
        if bus.counted is None:
            bus_steps.count(self, bus.ref)
        elif h is not None and h.state in {HouseholdState.EXPECTED, HouseholdState.WAITING}:
            self.do(self.desk_app.desk.households.bed, h.ref)
        elif self.night.numbers(bus).unregistered:
            bus_steps.register(self, bus.ref)
        else:
            bus_steps.close_bus(self, bus.ref)

    def _take_way(self, bus: Bus, key: str) -> None:
        _way_word, _n, kind, ref = [*key.split(" ", 3), ""][:4]
        beds = self.desk_app.desk.beds
        if kind == "free":
            bus_steps.reserve(self, bus.ref, self.night.numbers(bus).reserved + self._free_places(bus))
        elif kind == "clean":
            self.ask(_("Is room {room} clean now?").format(room=ref), lambda: steps.void(self.do(beds.clean, ref)))
        elif kind == "open":
            self.ask(_("Open {room} now?").format(room=ref), lambda: steps.void(self.do(beds.open_room, ref)))
        elif kind == "elsewhere":
            standing = next(s for s in self.night.standing.values() if s.location.ref == ref)
            bus_steps.allocate(self, bus.ref, ref, standing.location.name, standing.free)
        elif kind == "staff":
            self.desk_app.go("beds", ref)
        elif kind == "send_on":
            bus_steps.drives_on(self, bus.ref)
        else:
            self.say(_("Ask both households, then type  :household share H-… H-… --agreed-by NAME"))

    def do_arrived(self, _key: str) -> None:
        """a: it is here."""
        if bus := self._bus():
            bus_steps.arrived(self, bus.ref)

    def do_count(self, _key: str) -> None:
        """c: count heads."""
        if bus := self._bus():
            bus_steps.count(self, bus.ref)

    def do_register(self, _key: str) -> None:
        """r: the line at the table."""
        if bus := self._bus():
            bus_steps.register(self, bus.ref)

    def do_hold(self, _key: str) -> None:
        """h: hold places here."""
        if bus := self._bus():
            bus_steps.reserve(self, bus.ref)

    def do_give_beds(self, _key: str) -> None:
        """b: beds for the whole waiting bus."""
        if bus := self._bus():
            steps.give_beds(self, bus.ref)

    def do_drives_on(self, _key: str) -> None:
        """v: part of it drives on."""
        if bus := self._bus():
            bus_steps.drives_on(self, bus.ref)

    def do_falls_through(self, _key: str) -> None:
        """k: cancelled or not come; of one that another desk sent, refused."""
        bus = self._bus()
        if bus is not None and self._waits(bus):
            _between().refuse(self, bus)
        elif bus is not None:
            bus_steps.bus_falls_through(self, bus.ref)

    def do_close(self, _key: str) -> None:
        """z: close the bus."""
        if bus := self._bus():
            bus_steps.close_bus(self, bus.ref)

    def do_move(self, key: str) -> None:
        """m: another bed for a household at the table."""
        steps.move(self, key)

    def do_edit(self, key: str) -> None:
        """e: what was said of the bus, or a household."""
        bus = self._bus()
        if self.stand.half == LOWER and key.startswith("H-"):
            from screens.households import open_household_form

            open_household_form(self, key)
        elif bus is not None:
            from screens.buses.form import open_bus_form

            open_bus_form(self, bus)


def _between() -> ModuleType:
    """Buses between desks: most desks belong to no region, and load nothing of it."""
    from screens.buses import between

    return between
