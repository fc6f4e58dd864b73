"""All commands of `desk`; the file of a subject is read only when one of its commands is asked for."""

from desk.language import N_
from screens.cli.grammar import Group

tree = Group(
    "desk",
    N_(
        "The night desk of a transit location. Without a command it opens the screens. Before the command may stand:"
        " --store FILE, --as NAME, --language nl|en."
    ),
    {
        "init": "screens.cli.house:init",
        "demo": "screens.cli.demo:demo",
        "drill": "screens.cli.drill:drill",
        "simulate": "screens.cli.drill:simulate",
        "now": "screens.cli.overview:now",
        "figures": "screens.cli.overview:figures",
        "bus": "screens.cli.buses:bus",
        "household": "screens.cli.households:household",
        "bed": "screens.cli.beds:bed",
        "room": "screens.cli.beds:room",
        "placement": "screens.cli.placements:placement",
        "ride": "screens.cli.placements:ride",
        "calls": "screens.cli.placements:calls",
        "plan": "screens.cli.plans:plan",
        "phones": "screens.cli.logbook:phones",
        "phone": "screens.cli.logbook:phone",
        "log": "screens.cli.logbook:log",
        "duty": "screens.cli.logbook:duty",
        "shift": "screens.cli.shifts:shift",
        "roster": "screens.cli.shifts:roster",
        "visitor": "screens.cli.shifts:visitor",
        "rollcall": "screens.cli.rollcall:rollcall",
        "paper": "screens.cli.paper:paper",
        "slips": "screens.cli.slips:slips",
        "report": "screens.cli.reports:report",
        "what-if": "screens.cli.what_if:what_if",
        "freeze": "screens.cli.frozen:freeze",
        "compare": "screens.cli.frozen:compare",
        "location": "screens.cli.capacity:location",
        "municipality": "screens.cli.capacity:municipality",
        "target": "screens.cli.capacity:target",
        "forecast": "screens.cli.forecast:forecast",
        "request": "screens.cli.requests:request",
        "candidate": "screens.cli.requests:candidate",
        "decision": "screens.cli.decisions:decision",
        "meeting": "screens.cli.decisions:meeting",
        "operator": "screens.cli.operators:operator",
        "list": "screens.cli.overview:list_things",
        "show": "screens.cli.overview:show",
        "undo": "screens.cli.house:undo",
        "journal": "screens.cli.house:journal",
        "check": "screens.cli.house:check",
        "settings": "screens.cli.house:settings",
        "sign": "screens.cli.house:sign",
        "import": "screens.cli.capacity:sheets",
    },
)
