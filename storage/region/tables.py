"""The tables of a region in SQL, each as its migration made it.

A desk comes in as a role of its own. What it may write of its own rows row-level security decides; where one row must
be held against others, a function does that with the owner's rights and looks at who came in (`session_user`).
"""

DESKS = """
CREATE TABLE doorstroom.region (
  one boolean PRIMARY KEY DEFAULT true CHECK (one), name text NOT NULL CHECK (name <> ''),
  uid text NOT NULL CHECK (uid <> ''), made_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE doorstroom.desk (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (name <> '' AND length(name) <= 80),
  role text NOT NULL UNIQUE, store_uid text UNIQUE, instance text,
  epoch integer NOT NULL DEFAULT 0 CHECK (epoch >= 0),
  added_at timestamptz NOT NULL DEFAULT now(), joined_at timestamptz, left_at timestamptz, seen_at timestamptz,
  clock_off_s integer
);
CREATE UNIQUE INDEX desk_name ON doorstroom.desk (lower(name));
-- a store that was put back from an older copy goes on in a new epoch: what was lost stays as of the old one
CREATE TABLE doorstroom.epoch (
  desk integer NOT NULL REFERENCES doorstroom.desk, epoch integer NOT NULL CHECK (epoch > 0),
  parent integer, begins_after bigint NOT NULL CHECK (begins_after >= 0), lost bigint NOT NULL CHECK (lost >= 0),
  store_uid text NOT NULL, begun_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (desk, epoch), FOREIGN KEY (desk, parent) REFERENCES doorstroom.epoch (desk, epoch),
  CHECK (parent < epoch), CHECK ((parent IS NULL) = (begins_after = 0))
);
CREATE TABLE doorstroom.event (
  desk integer NOT NULL, epoch integer NOT NULL, seq bigint NOT NULL CHECK (seq > 0),
  prev text NOT NULL, uid text NOT NULL CHECK (uid <> '' AND length(uid) <= 64),
  at timestamptz NOT NULL, entered_at timestamptz NOT NULL, verb text NOT NULL, ref text NOT NULL,
  told jsonb NOT NULL, received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (desk, epoch, seq), UNIQUE (desk, uid), UNIQUE (desk, epoch, prev),
  FOREIGN KEY (desk, epoch) REFERENCES doorstroom.epoch, CHECK (prev <> uid)
);
CREATE INDEX event_received ON doorstroom.event (received_at);
CREATE TABLE doorstroom.figures (
  desk integer PRIMARY KEY REFERENCES doorstroom.desk, seq bigint NOT NULL, at timestamptz NOT NULL,
  told jsonb NOT NULL, received_at timestamptz NOT NULL DEFAULT now()
);
"""

PLACES = """
CREATE TABLE doorstroom.location (
  name text PRIMARY KEY CHECK (name <> ''), municipality text NOT NULL, capacity integer NOT NULL CHECK (capacity >= 0),
  held integer NOT NULL DEFAULT 0, keep_for interval NOT NULL DEFAULT '12 hours' CHECK (keep_for > interval '0'),
  CONSTRAINT never_more_than_there_are CHECK (held BETWEEN 0 AND capacity)
);
CREATE TABLE doorstroom.granted (
  uid text PRIMARY KEY CHECK (uid <> '' AND length(uid) <= 64),
  desk integer NOT NULL REFERENCES doorstroom.desk, location text NOT NULL REFERENCES doorstroom.location,
  places integer NOT NULL CHECK (places > 0),
  state text NOT NULL DEFAULT 'granted' CHECK (state IN ('granted', 'returned', 'lapsed')),
  granted_at timestamptz NOT NULL DEFAULT now(), lapses_at timestamptz NOT NULL, settled_at timestamptz,
  CHECK ((state = 'granted') = (settled_at IS NULL))
);
CREATE INDEX granted_now ON doorstroom.granted (location) WHERE state = 'granted';
CREATE TABLE doorstroom.diverted (
  uid text PRIMARY KEY CHECK (uid <> '' AND length(uid) <= 64),
  sender integer NOT NULL REFERENCES doorstroom.desk, receiver integer NOT NULL REFERENCES doorstroom.desk,
  ref text NOT NULL, people integer NOT NULL CHECK (people > 0), composition jsonb NOT NULL DEFAULT '{}',
  eta timestamptz,
  state text NOT NULL DEFAULT 'sent' CHECK (state IN ('sent', 'announced', 'accepted', 'refused', 'withdrawn')),
  sent_at timestamptz NOT NULL DEFAULT now(), answered_at timestamptz, receiver_ref text NOT NULL DEFAULT '',
  CHECK (sender <> receiver)
);
CREATE INDEX diverted_to ON doorstroom.diverted (receiver, sent_at);
CREATE INDEX diverted_from ON doorstroom.diverted (sender, sent_at);
"""

PATH = """
-- the epochs that count for each desk, and up to which number each does
CREATE VIEW doorstroom.path AS
WITH RECURSIVE path (desk, epoch, parent, begins_after, upto) AS (
  SELECT e.desk, e.epoch, e.parent, e.begins_after, NULL::bigint
    FROM doorstroom.desk d JOIN doorstroom.epoch e ON e.desk = d.id AND e.epoch = d.epoch
  UNION ALL
  SELECT e.desk, e.epoch, e.parent, e.begins_after, least(p.begins_after, p.upto)
    FROM path p JOIN doorstroom.epoch e ON e.desk = p.desk AND e.epoch = p.parent
) SELECT desk, epoch, upto FROM path;
"""

FUNCTIONS = """
-- DS001 not joined, DS002 another store has the name, DS003 another machine tells it, DS004 a gap, DS005 another epoch,
-- DS006 the store is another desk, DS007 the role is another desk
CREATE FUNCTION doorstroom.join_region(p_name text, p_store text, p_instance text) RETURNS doorstroom.desk
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine doorstroom.desk; other doorstroom.desk;
BEGIN
  SELECT * INTO mine FROM doorstroom.desk WHERE role = session_user FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no desk' USING ERRCODE = 'DS001';
  END IF;
  IF lower(mine.name) <> lower(p_name) THEN
    RAISE EXCEPTION 'another name' USING ERRCODE = 'DS007', DETAIL = mine.name;
  END IF;
  IF mine.store_uid IS NOT NULL AND mine.store_uid <> p_store THEN
    RAISE EXCEPTION 'another store' USING ERRCODE = 'DS002', DETAIL = mine.joined_at::text;
  END IF;
  SELECT * INTO other FROM doorstroom.desk WHERE store_uid = p_store AND id <> mine.id;
  IF FOUND THEN
    IF other.left_at IS NULL THEN
      RAISE EXCEPTION 'known by another name' USING ERRCODE = 'DS006', DETAIL = other.name;
    END IF;
    UPDATE doorstroom.desk SET store_uid = NULL WHERE id = other.id;
  END IF;
  IF mine.store_uid IS NULL THEN
    PERFORM doorstroom.new_epoch(mine.id, NULL, 0, p_store);
  END IF;
  UPDATE doorstroom.desk SET store_uid = p_store, joined_at = now(), left_at = NULL,
    seen_at = now(), instance = p_instance WHERE id = mine.id RETURNING * INTO mine;
  RETURN mine;
END $$;

CREATE FUNCTION doorstroom.leave_region() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE doorstroom.desk SET left_at = now() WHERE role = session_user AND left_at IS NULL;
$$;

-- a desk says that it is there; what the region knows of it comes back
CREATE FUNCTION doorstroom.hello(p_store text, p_instance text, p_clock timestamptz,
  OUT desk integer, OUT name text, OUT region text, OUT region_uid text, OUT epoch integer,
  OUT seq bigint, OUT uid text, OUT clock_off_s integer, OUT lost bigint, OUT begun_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE mine doorstroom.desk;
BEGIN
  SELECT * INTO mine FROM doorstroom.desk d WHERE d.role = session_user FOR UPDATE;
  IF NOT FOUND OR mine.left_at IS NOT NULL OR mine.store_uid IS NULL THEN
    RAISE EXCEPTION 'not joined' USING ERRCODE = 'DS001';
  END IF;
  IF mine.store_uid <> p_store THEN
    RAISE EXCEPTION 'another store' USING ERRCODE = 'DS002', DETAIL = mine.joined_at::text;
  END IF;
  IF mine.instance <> p_instance AND mine.seen_at > now() - interval '5 minutes' THEN
    RAISE EXCEPTION 'another machine' USING ERRCODE = 'DS003', DETAIL = mine.seen_at::text;
  END IF;
  clock_off_s := extract(epoch FROM p_clock - clock_timestamp())::integer;
  UPDATE doorstroom.desk d SET seen_at = clock_timestamp(), clock_off_s = hello.clock_off_s, instance = p_instance
    WHERE d.id = mine.id;
  SELECT r.name, r.uid INTO region, region_uid FROM doorstroom.region r;
  desk := mine.id; name := mine.name; epoch := mine.epoch;
  SELECT o.lost, o.begun_at INTO lost, begun_at FROM doorstroom.epoch o WHERE o.desk = mine.id AND o.epoch = mine.epoch;
  SELECT l.seq, l.uid INTO seq, uid FROM doorstroom.last_event(mine.id) l;
END $$;

-- the last event that counts for a desk; number 0 and no name where there is none
CREATE FUNCTION doorstroom.last_event(p_desk integer, OUT seq bigint, OUT uid text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT e.seq, e.uid FROM (
    SELECT e.seq, e.uid, 1 AS which FROM doorstroom.desk d JOIN doorstroom.event e ON e.desk = d.id
        AND e.epoch = d.epoch WHERE d.id = p_desk ORDER BY e.seq DESC LIMIT 1
  ) e UNION ALL (
    SELECT e.seq, e.uid FROM doorstroom.desk d JOIN doorstroom.epoch o ON o.desk = d.id AND o.epoch = d.epoch
        JOIN doorstroom.event e ON e.desk = d.id AND e.epoch = o.parent AND e.seq = o.begins_after
      WHERE d.id = p_desk
  ) UNION ALL SELECT 0, '' ORDER BY 1 DESC LIMIT 1;
$$;

-- another epoch of a desk: gives how many events counted before and count no more
CREATE FUNCTION doorstroom.new_epoch(p_desk integer, p_parent integer, p_after bigint, p_store text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE was doorstroom.path[]; gone bigint; new_one integer;
BEGIN
  SELECT array_agg(p) INTO was FROM doorstroom.path p WHERE p.desk = p_desk;
  UPDATE doorstroom.desk SET epoch = epoch + 1 WHERE id = p_desk RETURNING epoch INTO new_one;
  INSERT INTO doorstroom.epoch (desk, epoch, parent, begins_after, lost, store_uid)
    VALUES (p_desk, new_one, p_parent, p_after, 0, p_store);
  SELECT count(*) INTO gone FROM unnest(was) w
    JOIN doorstroom.event e ON e.desk = w.desk AND e.epoch = w.epoch AND (w.upto IS NULL OR e.seq <= w.upto)
    WHERE NOT EXISTS (SELECT 1 FROM doorstroom.path p
      WHERE p.desk = e.desk AND p.epoch = e.epoch AND (p.upto IS NULL OR e.seq <= p.upto));
  UPDATE doorstroom.epoch SET lost = gone WHERE desk = p_desk AND epoch = new_one;
  RETURN gone;
END $$;

-- the store was put back from an older copy: what follows that point of it was lost, and stays as of the old epoch
CREATE FUNCTION doorstroom.begin_epoch(p_store text, p_instance text, p_parent integer, p_after bigint, p_uid text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine doorstroom.desk;
BEGIN
  SELECT * INTO mine FROM doorstroom.desk WHERE role = session_user AND left_at IS NULL AND store_uid = p_store
    AND instance = p_instance FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'not joined' USING ERRCODE = 'DS001';
  END IF;
  IF p_parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM doorstroom.event
      WHERE desk = mine.id AND epoch = p_parent AND seq = p_after AND uid = p_uid) THEN
    RAISE EXCEPTION 'no such event' USING ERRCODE = 'DS004', DETAIL = p_after::text;
  END IF;
  RETURN doorstroom.new_epoch(mine.id, p_parent, p_after, p_store);
END $$;

-- an event stands behind the one before it, or not at all; who would write of another desk is stopped by its policy
CREATE FUNCTION doorstroom.event_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE now_in integer; last record;
BEGIN
  SELECT epoch INTO now_in FROM doorstroom.desk WHERE id = NEW.desk AND left_at IS NULL FOR UPDATE;
  IF NEW.epoch IS DISTINCT FROM now_in THEN
    RAISE EXCEPTION 'another epoch' USING ERRCODE = 'DS005', DETAIL = coalesce(now_in::text, '');
  END IF;
  SELECT l.seq, l.uid INTO last FROM doorstroom.last_event(NEW.desk) l;
  IF NEW.prev <> last.uid OR NEW.seq <= last.seq THEN
    RAISE EXCEPTION 'a gap' USING ERRCODE = 'DS004', DETAIL = last.seq::text;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER event_follows BEFORE INSERT ON doorstroom.event
  FOR EACH ROW EXECUTE FUNCTION doorstroom.event_follows();

-- with the rights of whoever came in: row-level security is the same for a line typed by hand
CREATE FUNCTION doorstroom.push(p_epoch integer, p_events jsonb) RETURNS bigint
LANGUAGE sql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
  WITH told AS (
    INSERT INTO doorstroom.event (desk, epoch, seq, prev, uid, at, entered_at, verb, ref, told)
    SELECT d.id, p_epoch, e.seq, e.prev, e.uid, e.at, e.entered_at, e.verb, e.ref, e.told
      FROM doorstroom.desk d, jsonb_to_recordset(p_events)
        AS e (seq bigint, prev text, uid text, at timestamptz, entered_at timestamptz, verb text, ref text, told jsonb)
      WHERE d.role = current_user
        AND NOT EXISTS (SELECT 1 FROM doorstroom.event k WHERE k.desk = d.id AND k.uid = e.uid)
      ORDER BY e.seq
    RETURNING 1
  ) SELECT count(*) FROM told;
$$;

CREATE FUNCTION doorstroom.push_figures(p_seq bigint, p_at timestamptz, p_told jsonb) RETURNS void
LANGUAGE sql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO doorstroom.figures (desk, seq, at, told)
    SELECT d.id, p_seq, p_at, p_told FROM doorstroom.desk d WHERE d.role = current_user
    ON CONFLICT (desk) DO UPDATE SET seq = excluded.seq, at = excluded.at, told = excluded.told, received_at = now();
$$;

-- one statement: asked twice it is given once, and never more than there are (the CHECK of the location)
CREATE FUNCTION doorstroom.grant_places(p_uid text, p_location text, p_places integer)
RETURNS TABLE (uid text, location text, places integer, state text, granted_at timestamptz, lapses_at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH mine AS (
    SELECT d.id FROM doorstroom.desk d WHERE d.role = session_user AND d.left_at IS NULL
  ), made AS (
    INSERT INTO doorstroom.granted (uid, desk, location, places, lapses_at)
    SELECT p_uid, mine.id, l.name, p_places, now() + l.keep_for
      FROM mine, doorstroom.location l WHERE l.name = p_location
    ON CONFLICT (uid) DO NOTHING RETURNING granted.*
  ), held AS (
    UPDATE doorstroom.location l SET held = l.held + made.places FROM made WHERE l.name = made.location
  ), found AS (
    SELECT * FROM made UNION ALL
    SELECT g.* FROM doorstroom.granted g, mine WHERE g.uid = p_uid AND g.desk = mine.id
  ) SELECT f.uid, f.location, f.places, f.state, f.granted_at, f.lapses_at FROM found f;
$$;
"""

TOLD = """
-- what a desk told in its figures, or nothing where it is none: one desk spoils nobody else's view
CREATE FUNCTION doorstroom.count_in(told jsonb, path text[]) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN jsonb_typeof(told #> path) = 'number' AND told #>> path ~ '^-?[0-9]{1,9}$'
    THEN (told #>> path)::integer END;
$$;
CREATE FUNCTION doorstroom.moment_in(told jsonb, path text[]) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF told #>> path ~ '^20[0-9]{2}-' THEN
    RETURN (told #>> path)::timestamptz;
  END IF;
  RETURN NULL;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;
"""

RIGHTS = """
-- what a later migration makes is nobody's until it says whose
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA doorstroom FROM PUBLIC;
GRANT USAGE ON SCHEMA doorstroom TO doorstroom_desk;
GRANT SELECT ON ALL TABLES IN SCHEMA doorstroom TO doorstroom_desk;
GRANT INSERT ON doorstroom.event TO doorstroom_desk;
GRANT INSERT, UPDATE ON doorstroom.figures TO doorstroom_desk;
GRANT EXECUTE ON FUNCTION doorstroom.join_region, doorstroom.leave_region, doorstroom.hello, doorstroom.last_event,
  doorstroom.begin_epoch, doorstroom.push, doorstroom.push_figures, doorstroom.grant_places TO doorstroom_desk;
GRANT EXECUTE ON FUNCTION doorstroom.last_event TO doorstroom_reader;
GRANT EXECUTE ON FUNCTION doorstroom.count_in, doorstroom.moment_in TO doorstroom_desk, doorstroom_reader;

ALTER TABLE doorstroom.desk ENABLE ROW LEVEL SECURITY;
ALTER TABLE doorstroom.epoch ENABLE ROW LEVEL SECURITY;
ALTER TABLE doorstroom.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE doorstroom.figures ENABLE ROW LEVEL SECURITY;
ALTER TABLE doorstroom.granted ENABLE ROW LEVEL SECURITY;
ALTER TABLE doorstroom.diverted ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON doorstroom.desk FOR SELECT TO doorstroom_desk USING (true);
CREATE POLICY seen ON doorstroom.epoch FOR SELECT TO doorstroom_desk USING (true);
CREATE POLICY seen ON doorstroom.event FOR SELECT TO doorstroom_desk USING (true);
CREATE POLICY seen ON doorstroom.figures FOR SELECT TO doorstroom_desk USING (true);
CREATE POLICY seen ON doorstroom.granted FOR SELECT TO doorstroom_desk USING (true);
CREATE POLICY seen ON doorstroom.diverted FOR SELECT TO doorstroom_desk USING (true);
CREATE POLICY own ON doorstroom.event FOR INSERT TO doorstroom_desk
  WITH CHECK (desk = (SELECT id FROM doorstroom.desk WHERE role = current_user AND left_at IS NULL));
CREATE POLICY own_new ON doorstroom.figures FOR INSERT TO doorstroom_desk
  WITH CHECK (desk = (SELECT id FROM doorstroom.desk WHERE role = current_user AND left_at IS NULL));
CREATE POLICY own ON doorstroom.figures FOR UPDATE TO doorstroom_desk
  USING (desk = (SELECT id FROM doorstroom.desk WHERE role = current_user AND left_at IS NULL));
"""

READ = """
CREATE VIEW doorstroom_read.region AS SELECT name, made_at FROM doorstroom.region;
CREATE VIEW doorstroom_read.desk AS
SELECT d.name AS desk, d.joined_at, d.left_at, d.seen_at, d.clock_off_s, d.epoch,
  coalesce((SELECT sum(o.lost) FROM doorstroom.epoch o WHERE o.desk = d.id), 0)::bigint AS lost,
  (doorstroom.last_event(d.id)).seq AS last_seq,
  f.at AS figures_at, f.received_at AS figures_received_at,
  doorstroom.count_in(f.told, '{beds,realised}') AS beds_realised,
  doorstroom.count_in(f.told, '{beds,usable}') AS beds_usable,
  doorstroom.count_in(f.told, '{beds,occupied}') AS beds_occupied,
  doorstroom.count_in(f.told, '{beds,reserved}') AS beds_reserved,
  doorstroom.count_in(f.told, '{beds,free}') AS beds_free,
  doorstroom.count_in(f.told, '{people,inside}') AS inside,
  doorstroom.count_in(f.told, '{people,present}') AS present,
  doorstroom.count_in(f.told, '{people,unregistered}') AS unregistered,
  doorstroom.count_in(f.told, '{people,without_bed}') AS without_bed
FROM doorstroom.desk d LEFT JOIN doorstroom.figures f ON f.desk = d.id WHERE d.joined_at IS NOT NULL;
CREATE VIEW doorstroom_read.bus AS
SELECT d.name AS desk, b ->> 'ref' AS ref, b ->> 'state' AS state, doorstroom.moment_in(b, '{eta}') AS eta,
  doorstroom.count_in(b, '{announced}') AS announced, doorstroom.count_in(b, '{counted}') AS counted,
  doorstroom.count_in(b, '{reserved}') AS reserved, doorstroom.count_in(b, '{short}') AS short, f.at AS as_of
FROM doorstroom.desk d JOIN doorstroom.figures f ON f.desk = d.id,
  jsonb_array_elements(CASE jsonb_typeof(f.told -> 'buses') WHEN 'array' THEN f.told -> 'buses' ELSE '[]' END) AS b
WHERE d.left_at IS NULL;
CREATE VIEW doorstroom_read.event AS
SELECT d.name AS desk, e.epoch, e.seq, e.at, e.entered_at, e.received_at, e.verb, e.ref, e.told,
  EXISTS (SELECT 1 FROM doorstroom.path p WHERE p.desk = e.desk AND p.epoch = e.epoch
    AND (p.upto IS NULL OR e.seq <= p.upto)) AS counts
FROM doorstroom.event e JOIN doorstroom.desk d ON d.id = e.desk;
CREATE VIEW doorstroom_read.location AS
SELECT name AS location, municipality, capacity, held, capacity - held AS free FROM doorstroom.location;
CREATE VIEW doorstroom_read.granted AS
SELECT g.uid, d.name AS desk, g.location, g.places, g.state, g.granted_at, g.lapses_at, g.settled_at
FROM doorstroom.granted g JOIN doorstroom.desk d ON d.id = g.desk;
CREATE VIEW doorstroom_read.diverted AS
SELECT b.uid, s.name AS sender, r.name AS receiver, b.ref, b.people, b.composition, b.eta, b.state, b.sent_at,
  b.answered_at, b.receiver_ref
FROM doorstroom.diverted b JOIN doorstroom.desk s ON s.id = b.sender JOIN doorstroom.desk r ON r.id = b.receiver;
GRANT USAGE ON SCHEMA doorstroom_read TO doorstroom_reader, doorstroom_desk;
GRANT SELECT ON ALL TABLES IN SCHEMA doorstroom_read TO doorstroom_reader, doorstroom_desk;
"""

GROUPS = {
    "doorstroom_owner": "owns the tables of the region; nobody logs in as it",
    "doorstroom_desk": "every desk is a member",
    "doorstroom_reader": "reads the views of doorstroom_read",
    "doorstroom_nation": "the nation's database is a member: it gets what is published",
}
"""The roles of the region that are no person's and no desk's."""
