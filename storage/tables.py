"""The tables of the store in SQL, each as its migration made it; a column is a field of the model of the same name."""

JOURNAL = """
CREATE TABLE action (
  id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE,
  at TEXT NOT NULL, entered_at TEXT NOT NULL, operator TEXT NOT NULL CHECK (operator <> ''),
  verb TEXT NOT NULL, args TEXT NOT NULL, ref TEXT NOT NULL DEFAULT '',
  undoes INTEGER UNIQUE REFERENCES action (id), open INTEGER CHECK (open = 1), hash TEXT
) STRICT;
CREATE UNIQUE INDEX one_open_action ON action (open) WHERE open IS NOT NULL;
CREATE INDEX action_of_operator ON action (operator, id);
CREATE TABLE change (
  id INTEGER PRIMARY KEY AUTOINCREMENT, action INTEGER NOT NULL REFERENCES action (id),
  table_name TEXT NOT NULL, row_id INTEGER NOT NULL, old TEXT, new TEXT
) STRICT;
CREATE INDEX change_of_action ON change (action);
CREATE INDEX change_of_row ON change (table_name, row_id, id);
CREATE TRIGGER action_stays BEFORE DELETE ON action BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER action_closes_once BEFORE UPDATE ON action
  WHEN OLD.open IS NOT 1 OR NEW.id <> OLD.id OR NEW.uid <> OLD.uid OR NEW.operator <> OLD.operator OR NEW.at <> OLD.at
    OR NEW.entered_at <> OLD.entered_at OR NEW.verb <> OLD.verb OR NEW.undoes IS NOT OLD.undoes
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER change_stays BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER change_is_written_once BEFORE UPDATE ON change
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER change_needs_action BEFORE INSERT ON change
  WHEN NOT EXISTS (SELECT 1 FROM action WHERE id = NEW.action AND open = 1)
  BEGIN SELECT RAISE(ABORT, 'a change needs an open action'); END;
CREATE TABLE setting (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, value TEXT NOT NULL) STRICT;
CREATE TABLE counter (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, night TEXT NOT NULL, last INTEGER NOT NULL, UNIQUE (kind, night)
) STRICT;
"""

HOUSE = """
CREATE TABLE room (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, floor TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('family', 'dormitory', 'any')), wheelchair INTEGER, cleaning INTEGER NOT NULL,
  is_open INTEGER NOT NULL, overflow INTEGER NOT NULL, takes TEXT NOT NULL, position INTEGER NOT NULL
) STRICT;
CREATE TABLE bed (
  id INTEGER PRIMARY KEY, room INTEGER NOT NULL REFERENCES room (id), number INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ok', 'cleaning', 'blocked')), reason TEXT NOT NULL, until TEXT,
  by TEXT NOT NULL, since TEXT, UNIQUE (room, number)
) STRICT;
"""

BUSES = """
CREATE TABLE bus (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, state TEXT NOT NULL, from_place TEXT NOT NULL,
  announced INTEGER CHECK (announced > 0), counted INTEGER CHECK (counted > 0),
  reserved INTEGER NOT NULL CHECK (reserved >= 0),
  eta TEXT, eta_told_at TEXT, eta_told_by TEXT NOT NULL, contact TEXT NOT NULL, phone TEXT NOT NULL,
  carrier TEXT NOT NULL, sender TEXT NOT NULL, sender_phone TEXT NOT NULL, source TEXT NOT NULL,
  families INTEGER, in_families INTEGER, single_women INTEGER, single_men INTEGER, men INTEGER, women INTEGER,
  children INTEGER, babies INTEGER, non_ukrainian INTEGER, wheelchairs INTEGER, pets INTEGER,
  note TEXT NOT NULL, over_reason TEXT NOT NULL, count_reason TEXT NOT NULL, close_reason TEXT NOT NULL,
  destination TEXT NOT NULL, agreed_by TEXT NOT NULL, announced_at TEXT, arrived_at TEXT, counted_at TEXT, ended_at TEXT
) STRICT;
CREATE INDEX bus_open ON bus (id) WHERE state IN ('announced', 'reserved', 'arrived', 'counted', 'registering');
CREATE TABLE eta (
  id INTEGER PRIMARY KEY, bus INTEGER NOT NULL REFERENCES bus (id), eta TEXT NOT NULL, told_at TEXT NOT NULL,
  told_by TEXT NOT NULL
) STRICT;
CREATE INDEX eta_of_bus ON eta (bus);
CREATE TABLE onward (
  id INTEGER PRIMARY KEY, bus INTEGER NOT NULL REFERENCES bus (id), people INTEGER NOT NULL CHECK (people > 0),
  destination TEXT NOT NULL, agreed_by TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX onward_of_bus ON onward (bus);
"""

HOUSEHOLDS = """
CREATE TABLE household (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, bus INTEGER REFERENCES bus (id), origin TEXT NOT NULL,
  state TEXT NOT NULL, name TEXT NOT NULL, native_name TEXT NOT NULL, folded TEXT NOT NULL,
  people INTEGER NOT NULL CHECK (people > 0), adults INTEGER, children INTEGER, cots INTEGER NOT NULL CHECK (cots >= 0),
  pets INTEGER NOT NULL, group_kind TEXT, sex TEXT, nationality TEXT, language TEXT, needs TEXT NOT NULL,
  phone TEXT NOT NULL, note TEXT NOT NULL, earlier TEXT NOT NULL, guardian TEXT NOT NULL, guardian_at TEXT,
  registered_at TEXT, since TEXT, ended_at TEXT, ended_reason TEXT NOT NULL, may_move INTEGER NOT NULL
) STRICT;
CREATE INDEX household_current ON household (id)
  WHERE state IN ('expected', 'waiting', 'in_bed', 'departing', 'missing');
CREATE INDEX household_of_bus ON household (bus) WHERE bus IS NOT NULL;
CREATE INDEX household_name ON household (folded);
CREATE INDEX household_registered ON household (registered_at);
CREATE INDEX household_ended ON household (ended_at) WHERE ended_at IS NOT NULL;
CREATE TABLE member (
  id INTEGER PRIMARY KEY, household INTEGER NOT NULL REFERENCES household (id), number INTEGER NOT NULL,
  name TEXT NOT NULL, native_name TEXT NOT NULL, birth_year INTEGER, age INTEGER, sex TEXT, relation TEXT NOT NULL,
  nationality TEXT, language TEXT, needs TEXT NOT NULL, presence TEXT NOT NULL, out_to TEXT NOT NULL, out_at TEXT,
  back_at TEXT, UNIQUE (household, number)
) STRICT;
CREATE TABLE stay (
  id INTEGER PRIMARY KEY, household INTEGER NOT NULL REFERENCES household (id),
  bed INTEGER NOT NULL REFERENCES bed (id), since TEXT NOT NULL, until TEXT
) STRICT;
CREATE UNIQUE INDEX one_stay_a_bed ON stay (bed) WHERE until IS NULL;
CREATE INDEX stay_of_household ON stay (household);
CREATE INDEX stay_open ON stay (household, bed) WHERE until IS NULL;
CREATE TABLE sharing (
  id INTEGER PRIMARY KEY, household INTEGER NOT NULL REFERENCES household (id),
  other INTEGER NOT NULL REFERENCES household (id), agreed_by TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX sharing_of_household ON sharing (household);
"""

REGION = """
CREATE TABLE municipality (
  id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, screen_name TEXT NOT NULL,
  inhabitants INTEGER NOT NULL CHECK (inhabitants >= 0), as_of TEXT NOT NULL, source TEXT NOT NULL
) STRICT;
CREATE TABLE location (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, name TEXT NOT NULL, folded TEXT NOT NULL,
  municipality INTEGER NOT NULL REFERENCES municipality (id),
  kind TEXT NOT NULL CHECK (kind IN ('municipal', 'private', 'transit', 'crisis')),
  capacity INTEGER NOT NULL CHECK (capacity >= 0), available_from TEXT NOT NULL, available_until TEXT NOT NULL,
  term TEXT NOT NULL, counts INTEGER NOT NULL, groups TEXT NOT NULL, nationalities TEXT NOT NULL, wheelchair INTEGER,
  pets INTEGER, intake TEXT NOT NULL, answers TEXT NOT NULL, occupied INTEGER CHECK (occupied >= 0), occupied_at TEXT,
  phone TEXT NOT NULL, UNIQUE (municipality, folded)
) STRICT;
CREATE TABLE allocation (
  id INTEGER PRIMARY KEY, bus INTEGER NOT NULL REFERENCES bus (id), location INTEGER NOT NULL REFERENCES location (id),
  people INTEGER NOT NULL CHECK (people > 0), confirmed INTEGER NOT NULL, confirmed_by TEXT NOT NULL, confirmed_at TEXT
) STRICT;
CREATE UNIQUE INDEX one_open_allocation ON allocation (bus, location) WHERE confirmed_at IS NULL;
CREATE INDEX allocation_confirmed ON allocation (confirmed_at) WHERE confirmed_at IS NOT NULL;
"""

PLACEMENTS = """
CREATE TABLE ride (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, carrier TEXT NOT NULL, phone TEXT NOT NULL, pickup TEXT,
  note TEXT NOT NULL
) STRICT;
CREATE INDEX ride_pickup ON ride (pickup);
CREATE TABLE placement (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, household INTEGER NOT NULL REFERENCES household (id),
  people INTEGER NOT NULL CHECK (people > 0), state TEXT NOT NULL, location INTEGER REFERENCES location (id),
  outside TEXT NOT NULL, to_text TEXT NOT NULL, procedure_kind TEXT NOT NULL, asked_at TEXT, until TEXT,
  agreed_by TEXT NOT NULL, agreed_at TEXT, channel TEXT NOT NULL, carrier TEXT NOT NULL, pickup TEXT,
  ride INTEGER REFERENCES ride (id), departed_at TEXT, confirmed_by TEXT NOT NULL, confirmed_at TEXT,
  override TEXT NOT NULL, reason TEXT NOT NULL, note TEXT NOT NULL, proposed_by TEXT NOT NULL,
  created_at TEXT NOT NULL, ended_at TEXT, CHECK ((location IS NULL) <> (outside = ''))
) STRICT;
CREATE UNIQUE INDEX one_open_placement ON placement (household)
  WHERE state IN ('proposed', 'asked', 'agreed', 'transport_set', 'underway');
CREATE INDEX placement_open ON placement (id)
  WHERE state IN ('proposed', 'asked', 'agreed', 'transport_set', 'underway');
CREATE INDEX placement_of_household ON placement (household);
CREATE INDEX placement_confirmed ON placement (confirmed_at) WHERE confirmed_at IS NOT NULL;
CREATE INDEX placement_arrived ON placement (location, confirmed_at, people) WHERE state = 'arrived';
CREATE INDEX placement_departed ON placement (departed_at) WHERE departed_at IS NOT NULL;
"""

LOG = """
CREATE TABLE log (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, link TEXT NOT NULL,
  type_text TEXT NOT NULL, by TEXT NOT NULL, back_at TEXT, done_at TEXT, done_by TEXT NOT NULL
) STRICT;
CREATE INDEX log_open ON log (id) WHERE back_at IS NOT NULL AND done_at IS NULL;
CREATE TABLE duty (
  id INTEGER PRIMARY KEY, signal TEXT NOT NULL UNIQUE, by TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE phone (
  id INTEGER PRIMARY KEY, role TEXT NOT NULL, number TEXT NOT NULL, hours TEXT NOT NULL, say TEXT NOT NULL,
  position INTEGER NOT NULL
) STRICT;
"""

PERIODS = """
CREATE TABLE availability (
  id INTEGER PRIMARY KEY, location INTEGER NOT NULL REFERENCES location (id), available_from TEXT NOT NULL,
  available_until TEXT NOT NULL, places INTEGER NOT NULL CHECK (places >= 0)
) STRICT;
CREATE INDEX availability_of_location ON availability (location);
CREATE TABLE headcount (
  id INTEGER PRIMARY KEY, location INTEGER NOT NULL REFERENCES location (id),
  occupied INTEGER NOT NULL CHECK (occupied >= 0), derived INTEGER, out_of_use INTEGER, at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;
CREATE INDEX headcount_of_location ON headcount (location, at);
CREATE TABLE target (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('obligation', 'best_effort')),
  places INTEGER NOT NULL CHECK (places >= 0), since TEXT NOT NULL, source TEXT NOT NULL, UNIQUE (kind, since)
) STRICT;
CREATE TABLE inflow (
  id INTEGER PRIMARY KEY, scenario TEXT NOT NULL CHECK (scenario IN ('favourable', 'expected', 'unfavourable')),
  day TEXT NOT NULL, people INTEGER NOT NULL CHECK (people >= 0), source TEXT NOT NULL, told_on TEXT NOT NULL,
  UNIQUE (scenario, day)
) STRICT;
CREATE INDEX inflow_day ON inflow (day);
"""

MEETING = """
CREATE TABLE request (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, question TEXT NOT NULL, occasion TEXT NOT NULL,
  stream TEXT NOT NULL CHECK (stream IN ('ukraine', 'asylum')), sent_by TEXT NOT NULL, sent_at TEXT NOT NULL,
  deadline TEXT NOT NULL, note TEXT NOT NULL, closed_at TEXT
) STRICT;
CREATE TABLE answer (
  id INTEGER PRIMARY KEY, request INTEGER NOT NULL REFERENCES request (id),
  municipality INTEGER NOT NULL REFERENCES municipality (id),
  state TEXT NOT NULL CHECK (state IN ('open', 'yes', 'no', 'conditions', 'undecided')), number INTEGER,
  note TEXT NOT NULL, by TEXT NOT NULL, at TEXT, UNIQUE (request, municipality)
) STRICT;
CREATE TABLE candidate (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL,
  municipality INTEGER NOT NULL REFERENCES municipality (id), request INTEGER REFERENCES request (id),
  state TEXT NOT NULL CHECK (state IN ('candidate', 'suitable', 'unsuitable', 'chosen', 'dropped')),
  note TEXT NOT NULL, UNIQUE (municipality, folded)
) STRICT;
CREATE TABLE meeting (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, day TEXT NOT NULL, next_day TEXT NOT NULL, note TEXT NOT NULL,
  UNIQUE (name, day)
) STRICT;
CREATE TABLE participant (
  id INTEGER PRIMARY KEY, meeting INTEGER NOT NULL REFERENCES meeting (id), role TEXT NOT NULL, name TEXT NOT NULL,
  excused INTEGER NOT NULL, position INTEGER NOT NULL
) STRICT;
CREATE INDEX participant_of_meeting ON participant (meeting);
CREATE TABLE decision (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, kind TEXT NOT NULL CHECK (kind IN ('K', 'B', 'A')),
  meeting INTEGER REFERENCES meeting (id), item TEXT NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL,
  explanation TEXT NOT NULL, owner TEXT NOT NULL, due TEXT NOT NULL, due_text TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'in_progress', 'done', 'dropped')), link TEXT NOT NULL,
  log INTEGER REFERENCES log (id), topic TEXT NOT NULL, until TEXT NOT NULL
) STRICT;
CREATE INDEX decision_open ON decision (id) WHERE state IN ('open', 'in_progress');
CREATE INDEX decision_instructs ON decision (id) WHERE topic <> '';
"""

AS_OF = """
CREATE TABLE freeze (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, at TEXT NOT NULL, version INTEGER NOT NULL, label TEXT NOT NULL,
  automatic INTEGER NOT NULL, corrects TEXT NOT NULL, content TEXT NOT NULL, by TEXT NOT NULL, made_at TEXT NOT NULL
) STRICT;
CREATE INDEX freeze_at ON freeze (at);
CREATE INDEX location_of_municipality ON location (municipality);
CREATE INDEX allocation_of_bus ON allocation (bus);
CREATE INDEX log_incident ON log (at) WHERE kind = 'incident';
CREATE INDEX log_typed ON log (lower(type_text)) WHERE type_text <> '';
"""

LINKS = """
CREATE TABLE link (
  id INTEGER PRIMARY KEY, household INTEGER NOT NULL REFERENCES household (id),
  other INTEGER NOT NULL REFERENCES household (id), made_by TEXT NOT NULL, at TEXT NOT NULL, CHECK (household <> other),
  UNIQUE (household, other)
) STRICT;
CREATE INDEX link_of_other ON link (other);
"""

SHIFT = """
CREATE TABLE rostered (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, starts TEXT NOT NULL, ends TEXT NOT NULL,
  phone TEXT NOT NULL, on_call INTEGER NOT NULL
) STRICT;
CREATE INDEX rostered_ends ON rostered (ends);
CREATE TABLE attendance (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, on_at TEXT NOT NULL, off_at TEXT,
  phone TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_attendance ON attendance (name) WHERE off_at IS NULL;
CREATE TABLE visitor (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, whom TEXT NOT NULL, came_at TEXT NOT NULL, left_at TEXT, by TEXT NOT NULL
) STRICT;
CREATE INDEX visitor_inside ON visitor (id) WHERE left_at IS NULL;
CREATE TABLE handover (
  id INTEGER PRIMARY KEY, made_at TEXT NOT NULL, by TEXT NOT NULL, content TEXT NOT NULL, note TEXT NOT NULL,
  accepted_at TEXT, accepted_by TEXT NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE TABLE rollcall (
  id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, started_by TEXT NOT NULL, finished_at TEXT,
  finished_by TEXT NOT NULL, content TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_open_rollcall ON rollcall ((1)) WHERE finished_at IS NULL;
CREATE TABLE tick (
  id INTEGER PRIMARY KEY, rollcall INTEGER NOT NULL REFERENCES rollcall (id),
  household INTEGER REFERENCES household (id), bus INTEGER REFERENCES bus (id),
  attendance INTEGER REFERENCES attendance (id), visitor INTEGER REFERENCES visitor (id), member INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('found', 'out', 'not_found')), by TEXT NOT NULL, at TEXT NOT NULL,
  UNIQUE (rollcall, household, member), UNIQUE (rollcall, bus, member),
  UNIQUE (rollcall, attendance), UNIQUE (rollcall, visitor),
  CHECK ((household IS NOT NULL) + (bus IS NOT NULL) + (attendance IS NOT NULL) + (visitor IS NOT NULL) = 1)
) STRICT;
"""

TEAM = """
CREATE TABLE operator (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE CHECK (name <> ''),
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'coordinator', 'municipality', 'paper')),
  municipality INTEGER REFERENCES municipality (id), key TEXT NOT NULL, added_at TEXT NOT NULL, added_by TEXT NOT NULL,
  removed_at TEXT, CHECK ((municipality IS NOT NULL) = (role = 'municipality'))
) STRICT;
CREATE UNIQUE INDEX one_operator ON operator (name) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX one_key ON operator (key) WHERE removed_at IS NULL;
CREATE TABLE opened (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, operator TEXT NOT NULL CHECK (operator <> ''),
  what TEXT NOT NULL, ref TEXT NOT NULL
) STRICT;
CREATE INDEX opened_ref ON opened (ref) WHERE ref <> '';
CREATE INDEX opened_by ON opened (operator, what, ref, id);
CREATE TRIGGER opened_is_written_once BEFORE UPDATE ON opened
  BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END;
"""

BEYOND = """
CREATE TABLE region_link (
  id INTEGER PRIMARY KEY, region TEXT NOT NULL CHECK (region <> ''), region_uid TEXT NOT NULL, desk TEXT NOT NULL,
  address TEXT NOT NULL, joined_at TEXT NOT NULL, joined_by TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_region ON region_link ((1));
CREATE TABLE place_grant (
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, location INTEGER NOT NULL REFERENCES location (id),
  shared TEXT NOT NULL, places INTEGER NOT NULL CHECK (places > 0),
  state TEXT NOT NULL CHECK (state IN ('asked', 'granted', 'refused', 'returned', 'lapsed')),
  asked_at TEXT NOT NULL, asked_by TEXT NOT NULL, granted_at TEXT, lapses_at TEXT, settled_at TEXT,
  CHECK (state <> 'granted' OR granted_at IS NOT NULL AND lapses_at IS NOT NULL),
  CHECK ((state = 'asked' OR state = 'granted') = (settled_at IS NULL))
) STRICT;
CREATE INDEX place_grant_open ON place_grant (location) WHERE state IN ('asked', 'granted');
"""

SHARED = """
CREATE TABLE shared_place (
  id INTEGER PRIMARY KEY, location INTEGER NOT NULL UNIQUE REFERENCES location (id),
  shared TEXT NOT NULL UNIQUE CHECK (shared <> ''), since TEXT NOT NULL, after_placement INTEGER NOT NULL,
  placements TEXT NOT NULL, after_allocation INTEGER NOT NULL, allocations TEXT NOT NULL
) STRICT;
CREATE INDEX allocation_arrived ON allocation (location, confirmed) WHERE confirmed_at IS NOT NULL;
"""

BETWEEN = """
CREATE TABLE sent_bus (
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, way TEXT NOT NULL CHECK (way IN ('out', 'in')),
  desk TEXT NOT NULL CHECK (desk <> ''), bus INTEGER NOT NULL REFERENCES bus (id), onward INTEGER, people INTEGER,
  state TEXT NOT NULL CHECK (state IN ('new', 'sent', 'seen', 'recalled', 'accepted', 'refused', 'withdrawn')),
  because TEXT NOT NULL DEFAULT '', sent_at TEXT NOT NULL, since TEXT NOT NULL
) STRICT;
CREATE INDEX sent_bus_open ON sent_bus (bus) WHERE state IN ('new', 'sent', 'seen', 'recalled');
CREATE INDEX sent_bus_since ON sent_bus (since);
CREATE INDEX sent_bus_bus ON sent_bus (bus);
"""

TRUST = """
DROP TRIGGER action_closes_once;
DROP TRIGGER change_is_written_once;
ALTER TABLE action ADD COLUMN salt TEXT;
ALTER TABLE action ADD COLUMN digest TEXT;
ALTER TABLE change ADD COLUMN salt TEXT;
ALTER TABLE change ADD COLUMN digest TEXT;
ALTER TABLE household ADD COLUMN erased_at TEXT;
CREATE INDEX household_not_erased ON household (ended_at) WHERE erased_at IS NULL AND ended_at IS NOT NULL;
"""
"""Beside what is personal its digest, and the salt without which the digest tells nothing (issue 7)."""

ONLY_ERASED = """
CREATE TRIGGER action_closes_once BEFORE UPDATE ON action
  WHEN NEW.id <> OLD.id OR NEW.uid <> OLD.uid OR NEW.operator <> OLD.operator OR NEW.at <> OLD.at
    OR NEW.entered_at <> OLD.entered_at OR NEW.verb <> OLD.verb OR NEW.undoes IS NOT OLD.undoes
    OR NOT (OLD.open IS 1 OR (
      NEW.open IS OLD.open AND NEW.ref = OLD.ref AND NEW.hash IS OLD.hash AND NEW.digest IS OLD.digest
      AND NEW.salt IS NULL AND EXISTS (SELECT 1 FROM action WHERE open = 1 AND verb = 'erase')))
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER change_is_written_once BEFORE UPDATE ON change
  WHEN NEW.id <> OLD.id OR NEW.action <> OLD.action OR NEW.table_name <> OLD.table_name OR NEW.row_id <> OLD.row_id
    OR NOT (
      (NEW.old IS OLD.old AND NEW.new IS OLD.new AND OLD.digest IS NULL
        AND EXISTS (SELECT 1 FROM action WHERE id = OLD.action AND open = 1))
      OR (NEW.salt IS NULL AND NEW.digest IS OLD.digest
        AND EXISTS (SELECT 1 FROM action WHERE open = 1 AND verb = 'erase')))
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
"""
"""A journal is never altered, but for the one action that forgets: it takes a value away with its salt."""
