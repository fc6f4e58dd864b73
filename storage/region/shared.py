"""The region's half of shared places in SQL: docs/shared-places.md says what each of these does, and why.

Whatever is told a second time, late or out of order does nothing more. Of one desk one thing is told at a time: its
line is held for as long.
"""

PLACES = """
ALTER TABLE doorstroom.location
  ADD COLUMN over integer NOT NULL DEFAULT 0 CHECK (over >= 0),
  ADD CONSTRAINT full_before_over CHECK (over = 0 OR held = capacity);
ALTER TABLE doorstroom.granted DROP CONSTRAINT granted_state_check,
  ADD CONSTRAINT granted_state_check CHECK (state IN ('granted', 'refused', 'returned', 'lapsed'));
CREATE INDEX granted_to ON doorstroom.granted (desk) WHERE state = 'granted';
-- what a desk said under an older number counts no more: its store may have been put back since
CREATE TABLE doorstroom.line (
  desk integer PRIMARY KEY REFERENCES doorstroom.desk, number bigint NOT NULL CHECK (number > 0),
  heard_at timestamptz NOT NULL DEFAULT now()
);
DROP FUNCTION doorstroom.grant_places(text, text, integer);
"""

FUNCTIONS = """
-- DS021 the desk told something on a line that is not its last
CREATE FUNCTION doorstroom.hear(p_store text, p_instance text, p_line bigint, OUT line bigint, OUT at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine doorstroom.desk;
BEGIN
  SELECT * INTO mine FROM doorstroom.desk WHERE role = session_user AND left_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'not joined' USING ERRCODE = 'DS001';
  END IF;
  IF mine.store_uid IS DISTINCT FROM p_store THEN
    RAISE EXCEPTION 'another store' USING ERRCODE = 'DS002', DETAIL = coalesce(mine.joined_at::text, '');
  END IF;
  IF mine.instance IS DISTINCT FROM p_instance THEN
    RAISE EXCEPTION 'another machine' USING ERRCODE = 'DS003', DETAIL = coalesce(mine.seen_at::text, '');
  END IF;
  at := clock_timestamp();
  IF p_line IS NULL THEN
    -- with the time in it: a region that was put back from an older copy gives no number a second time
    INSERT INTO doorstroom.line AS l (desk, number) VALUES (mine.id, (1000 * extract(epoch FROM hear.at))::bigint)
      ON CONFLICT (desk) DO UPDATE SET number = greatest(l.number + 1, excluded.number), heard_at = hear.at
      RETURNING number INTO line;
  ELSE
    UPDATE doorstroom.line SET heard_at = hear.at WHERE desk = mine.id AND number = p_line RETURNING number INTO line;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'another line' USING ERRCODE = 'DS021';
    END IF;
  END IF;
END $$;

-- which desk tells something; held until it is done
CREATE FUNCTION doorstroom.on_line(p_line bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine integer;
BEGIN
  SELECT l.desk INTO mine FROM doorstroom.line l JOIN doorstroom.desk d ON d.id = l.desk
    WHERE d.role = session_user AND d.left_at IS NULL AND l.number = p_line FOR UPDATE OF l;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another line' USING ERRCODE = 'DS021';
  END IF;
  RETURN mine;
END $$;

-- one statement: granted where there are that many, else refused; the CHECK of the location is the last word
CREATE FUNCTION doorstroom.grant_places(p_line bigint, p_uid text, p_location text, p_places integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine integer := doorstroom.on_line(p_line);
BEGIN
  IF EXISTS (SELECT 1 FROM doorstroom.granted WHERE uid = p_uid) THEN
    RETURN;
  END IF;
  WITH took AS (
    UPDATE doorstroom.location SET held = held + p_places
      WHERE name = p_location AND held + p_places <= capacity AND p_places > 0 RETURNING name
  ) INSERT INTO doorstroom.granted (uid, desk, location, places, state, lapses_at, settled_at)
    SELECT p_uid, mine, l.name, p_places, CASE WHEN t.name IS NULL THEN 'refused' ELSE 'granted' END,
      now() + l.keep_for, CASE WHEN t.name IS NULL THEN now() END
    FROM doorstroom.location l LEFT JOIN took t ON t.name = l.name WHERE l.name = p_location;
END $$;

-- the desk keeps so many and never more; of an ask that is not known yet it wants none
CREATE FUNCTION doorstroom.keep_places(
  p_line bigint, p_uid text, p_location text, p_asked integer, p_kept integer, p_lapsed boolean
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine integer := doorstroom.on_line(p_line); known doorstroom.granted; fewer integer;
BEGIN
  SELECT * INTO known FROM doorstroom.granted WHERE uid = p_uid;
  IF NOT FOUND THEN
    INSERT INTO doorstroom.granted (uid, desk, location, places, state, lapses_at, settled_at)
      SELECT p_uid, mine, name, p_asked, 'returned', now(), now() FROM doorstroom.location
      WHERE name = p_location AND p_kept = 0;
    RETURN;
  END IF;
  IF known.desk <> mine OR known.state <> 'granted' OR p_kept < 0 OR p_kept >= known.places THEN
    RETURN;
  END IF;
  fewer := known.places - p_kept;
  WITH less AS (
    UPDATE doorstroom.granted SET places = CASE WHEN p_kept > 0 THEN p_kept ELSE places END,
      state = CASE WHEN p_kept > 0 THEN 'granted' WHEN p_lapsed THEN 'lapsed' ELSE 'returned' END,
      settled_at = CASE WHEN p_kept = 0 THEN now() END WHERE uid = p_uid RETURNING location
  ) UPDATE doorstroom.location l SET over = greatest(0, l.over - fewer), held = l.held - greatest(0, fewer - l.over)
    FROM less WHERE l.name = less.location;
END $$;

-- what a desk holds and this region does not know of: it was made anew, or it was promised before it was shared
CREATE FUNCTION doorstroom.declare_places(p_line bigint, p_uid text, p_location text, p_places integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine integer := doorstroom.on_line(p_line);
BEGIN
  IF EXISTS (SELECT 1 FROM doorstroom.granted WHERE uid = p_uid) THEN
    RETURN;
  END IF;
  WITH there AS (
    UPDATE doorstroom.location l SET held = least(l.capacity, l.held + p_places),
      over = l.over + greatest(0, l.held + p_places - l.capacity)
      WHERE l.name = p_location AND p_places > 0 RETURNING l.name, l.keep_for
  ) INSERT INTO doorstroom.granted (uid, desk, location, places, lapses_at)
    SELECT p_uid, mine, name, p_places, now() + keep_for FROM there;
END $$;
"""

RIGHTS = """
REVOKE ALL ON FUNCTION doorstroom.hear, doorstroom.on_line, doorstroom.grant_places, doorstroom.keep_places,
  doorstroom.declare_places FROM PUBLIC;
GRANT EXECUTE ON FUNCTION doorstroom.hear, doorstroom.grant_places, doorstroom.keep_places, doorstroom.declare_places
  TO doorstroom_desk;
GRANT SELECT ON doorstroom.line TO doorstroom_desk;
ALTER TABLE doorstroom.line ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON doorstroom.line FOR SELECT TO doorstroom_desk USING (true);
"""

READ = """
CREATE OR REPLACE VIEW doorstroom_read.location AS
SELECT name AS location, municipality, capacity, held, capacity - held AS free, over FROM doorstroom.location;
CREATE VIEW doorstroom_read.places AS
SELECT d.name AS desk, g.location, sum(g.places)::integer AS places, min(g.lapses_at) AS first_lapses_at,
  l.heard_at AS heard_at
FROM doorstroom.granted g JOIN doorstroom.desk d ON d.id = g.desk LEFT JOIN doorstroom.line l ON l.desk = d.id
WHERE g.state = 'granted' GROUP BY d.name, g.location, l.heard_at;
GRANT SELECT ON doorstroom_read.places TO doorstroom_reader, doorstroom_desk;
"""

SHARE = """
INSERT INTO doorstroom.location AS l (name, municipality, capacity, keep_for)
  VALUES (%(name)s, %(municipality)s, %(places)s, coalesce(make_interval(hours => %(hours)s), '12 hours'))
  ON CONFLICT (name) DO UPDATE SET municipality = excluded.municipality, capacity = excluded.capacity,
    held = least(excluded.capacity, l.held + l.over), over = greatest(0, l.held + l.over - excluded.capacity),
    keep_for = coalesce(make_interval(hours => %(hours)s), l.keep_for)
  RETURNING capacity, held, over
"""
"""By the keeper: a location is shared, or has more or fewer places; what is given out stays so, and what is too many
is shown."""
