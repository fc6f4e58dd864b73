"""The story of the minutes of 7 April 2022, typed and loaded by commands: every name of a person in it is invented."""

from datetime import date
from pathlib import Path

from tests.cli import ROOT, Night
from tests.test_minutes_case import place

EVENING = "2022-04-07T18:00:00+02:00"
EXAMPLES = ROOT / "docs" / "examples"
COUNTED = "occupied_at=2022-04-05 08:00"
SEVEN = ("Almelo", "Dinkelland", "Haaksbergen", "Hellendoorn", "Hof van Twente", "Rijssen-Holten", "Tubbergen")
LATER = ("Borne", "Losser", "Twenterand", "Wierden")
ANSWERED = ("Almelo", "Borne", "Dinkelland", "Enschede", "Haaksbergen", "Hellendoorn", "Hengelo", "Hof van Twente")
INFLOW = (("favourable", 5), ("verwacht", 20), ("ongunstig", 60))
NAME, IN_CYRILLIC = "Shevchenko", "Шевченко"
FIRST_REACTION = "Losser: voor een andere groep bedoeld, weinig steun van de buurt te verwachten."
NUMBER_OF_ANOTHER_STREAM = 7777


def that_evening(folder: Path) -> Night:
    """The store as it stood when the board met."""
    night = Night(folder, EVENING).made(beds=60)
    region(night)
    fifty_placed(night)
    three_buses(night)
    who_may_come(night)
    the_meeting(night)
    return night


def region(night: Night) -> None:
    """Ten municipalities host, four open a location later, two have private hosting."""
    night.locations(
        f"De Windroos,Oldenzaal,municipal,65;occupied=10;{COUNTED}",
        f"Sporthal,Hengelo,municipal,150;occupied=20;{COUNTED}",
        f"De Noordmolen,Enschede,municipal,80;occupied=0;{COUNTED}",
        *(f"Tehuis {name},{name},municipal,100;occupied=60;{COUNTED};until=2022-10-01" for name in SEVEN),
        *(f"De Akker {name},{name},municipal,100;from=2022-05-01" for name in LATER),
        f"Gasten Almelo,Almelo,private,40;occupied=25;{COUNTED};until=2022-06-30",
        f"Gasten Losser,Losser,private,20;occupied=8;{COUNTED}",
    )
    night.do("target", 2000, "--from", "2022-03-08", "--source", "Veiligheidsberaad")


def fifty_placed(night: Night) -> None:
    """Ten households of five since 5 April, and one of four the day before."""
    place(night, "Earlier", 4, "2022-04-04")
    for number, name in enumerate((NAME, *(f"Household {n}" for n in range(9)))):
        place(night, name, 5, "2022-04-05" if number < 4 else "2022-04-06")
    for bed in night.do("list", "beds"):
        if bed["state"] == "cleaning":
            night.do("bed", "clean", bed["ref"])


def three_buses(night: Night) -> None:
    """145 places held for three buses, here and elsewhere."""
    first = night.bus("Utrecht", 49, "2022-04-08T03:40")
    second = night.bus("Amsterdam", 48, "2022-04-08T05:15")
    third = night.bus("Zwolle", 48, "2022-04-09T02:00")
    night.do("bus", "reserve", first, 40)
    night.do("bus", "allocate", first, "De Windroos", 9)
    night.do("bus", "allocate", second, "Sporthal", 48)
    night.do("bus", "allocate", third, "Sporthal", 38)
    night.do("bus", "allocate", third, "De Windroos", 10)


def who_may_come(night: Night) -> None:
    """Three scenarios for two weeks from a sheet, and one day of it told anew by hand."""
    days = [date(2022, 4, day) for day in range(8, 22)]
    sheet = night.store.with_name("inflow.csv")
    rows = [f"{day};{scenario};{people}" for day in days for scenario, people in INFLOW]
    sheet.write_text("\n".join(["dag;scenario;personen", *rows]) + "\n", encoding="utf-8")
    night.do("import", "forecast", sheet)
    night.do("forecast", "set", "2022-04-21", 10, "--scenario", "gunstig", "--source", "landelijk beeld")


def the_meeting(night: Night) -> None:
    """The list, who was there, the three requests, the candidate, the links, a case and two lines for the report."""
    night.do("meeting", "add", "BAO", "--day", "2022-03-24")
    minutes, there = EXAMPLES / "minutes-2022-04-07.csv", EXAMPLES / "participants-2022-04-07.csv"
    night.do("decision", "import", minutes, "--meeting", "2022-04-07", "--next", "2022-04-21")
    night.do("meeting", "participants", "2022-04-07", "--file", there)
    chair = ["--by", "voorzitter VRT"]
    night.do("request", "add", "Kan uw gemeente een 24/7 locatie bieden?", *chair)
    night.do("request", "add", "Waar kan een doorstroomlocatie voor alleenreizende mannen komen?", *chair)
    ter_apel = ["--stream", "asiel", "--deadline", "2022-04-19", "--occasion", "bijstandsverzoek Groningen"]
    night.do("request", "add", "Kunt u Ter Apel helpen?", *chair, *ter_apel, "--note", "brief van 5 april")
    for name in ANSWERED:
        night.do("request", "answer", "Q1", name, "nee")
    night.do("request", "answer", "Q1", "Losser", "onder", "voorwaarden", "--number", 60)
    night.do("request", "answer", "Q3", "Enschede", "ja", "--number", NUMBER_OF_ANOTHER_STREAM)
    for entry, request in (("B4", "Q1"), ("A1", "Q1"), ("B5", "Q2"), ("K8", "Q3"), ("A2", "Q3")):
        night.do("decision", "edit", entry, "--link", request)
    night.do("candidate", "add", "Marktzicht", "Losser", "--request", "Q2", "--note", FIRST_REACTION)
    case = f"Familie {NAME} wachtte twee dagen op een tolk; {IN_CYRILLIC} bleef rustig."
    night.do("log", "add", "note", case, "--type", "casus")
    night.do("log", "add", "note", "Iets minder berichten dan vorige week.", "--type", "omgevingsbeeld")
    night.do("log", "add", "note", "Landelijk nog meer plekken dan mensen.", "--type", "landelijk")
    night.do("log", "add", "incident", "Geluid bij de ingang.", "--type", "overlast", "--link", "De Windroos")
