"""The tables and views of a nation in SQL, each as its migration made it.

The tables are named as those of a region: what a region publishes is written into them by the server itself. Beside
the keys every column may be empty, as a region that is older than the nation does not fill it.
"""

from storage.region import tables

TABLES = """
CREATE TABLE doorstroom.nation (
  one boolean PRIMARY KEY DEFAULT true CHECK (one), name text NOT NULL CHECK (name <> ''),
  made_at timestamptz NOT NULL DEFAULT now()
);
-- a region that is read; its address without the password, which is with the subscription
CREATE TABLE doorstroom.line (
  region text PRIMARY KEY CHECK (region <> ''), name text NOT NULL, subscription text NOT NULL UNIQUE,
  address text NOT NULL, added_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE doorstroom.region (uid text PRIMARY KEY, name text, made_at timestamptz);
CREATE TABLE doorstroom.desk (
  region text NOT NULL, id integer NOT NULL, name text, joined_at timestamptz, left_at timestamptz,
  seen_at timestamptz, clock_off_s integer, came_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (region, id)
);
CREATE TABLE doorstroom.figures (
  region text NOT NULL, desk integer NOT NULL, at timestamptz, told jsonb, received_at timestamptz,
  PRIMARY KEY (region, desk)
);
CREATE TABLE doorstroom.location (
  region text NOT NULL, name text NOT NULL, municipality text, capacity integer, held integer, over integer,
  PRIMARY KEY (region, name)
);
CREATE TABLE doorstroom.diverted (
  region text NOT NULL, uid text NOT NULL, sender integer, receiver integer, ref text, people integer,
  eta timestamptz, state text, sent_at timestamptz, answered_at timestamptz, PRIMARY KEY (region, uid)
);
-- by the nation's own clock: when something of a region last came in, for a line that is gone
CREATE FUNCTION doorstroom.came() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.came_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER came BEFORE INSERT OR UPDATE ON doorstroom.desk FOR EACH ROW EXECUTE FUNCTION doorstroom.came();
ALTER TABLE doorstroom.desk ENABLE REPLICA TRIGGER came;
"""

OF_A_REGION = {"region": "uid", "desk": "region", "figures": "region", "location": "region", "diverted": "region"}
"""The tables that regions fill, and by which column each row says whose it is."""

LINE = """
-- how it fares with each region: the server's own word, which whoever may connect may read
CREATE VIEW doorstroom_read.line AS
WITH sub AS (
  SELECT s.oid, s.subname, s.subenabled FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
    WHERE d.datname = current_database()
), copied AS (
  SELECT srsubid AS oid, bool_and(srsubstate = 'r') AS whole FROM pg_subscription_rel GROUP BY srsubid
), worker AS (
  -- one that has not heard anything yet may end as the one before it did
  SELECT subid AS oid, max(last_msg_receipt_time) AS at, max(last_msg_send_time) AS sent_at
    FROM pg_stat_subscription WHERE pid IS NOT NULL AND relid IS NULL AND latest_end_lsn IS NOT NULL GROUP BY subid
), errors AS (
  -- a line that was cut counts as an error too; a row that is in the way PostgreSQL 18 and later count apart
  SELECT e.subid AS oid, e.apply_error_count AS apply, e.sync_error_count AS sync,
      coalesce((to_jsonb(e) ->> 'confl_insert_exists')::bigint, 0)
        + coalesce((to_jsonb(e) ->> 'confl_update_exists')::bigint, 0)
        + coalesce((to_jsonb(e) ->> 'confl_multiple_unique_conflicts')::bigint, 0) AS in_the_way
    FROM pg_stat_subscription_stats e
), came AS (
  SELECT region, max(came_at) AS at FROM doorstroom.desk GROUP BY region
), found AS (
  SELECT l.*, s.oid, s.subenabled, coalesce(k.whole, false) AS whole, w.oid IS NOT NULL AS runs,
    coalesce(w.at > now() - interval '2 minutes', false) AS hears,
    coalesce(e.apply, 0) AS apply, coalesce(e.sync, 0) AS sync, coalesce(e.in_the_way, 0) AS in_the_way,
    coalesce(greatest(w.at, c.at), l.added_at) AS heard_at,
    extract(epoch FROM w.sent_at - w.at)::bigint AS clock_off_s
  FROM doorstroom.line l LEFT JOIN sub s ON s.subname = l.subscription LEFT JOIN copied k ON k.oid = s.oid
    LEFT JOIN worker w ON w.oid = s.oid LEFT JOIN errors e ON e.oid = s.oid LEFT JOIN came c ON c.region = l.region
), told AS (
  SELECT *, CASE
    WHEN oid IS NULL THEN 'missing'
    WHEN NOT subenabled THEN 'disabled'
    WHEN (in_the_way > 0 AND NOT runs) OR (sync > 0 AND NOT whole) THEN 'failing'
    WHEN NOT runs THEN 'stopped'
    WHEN NOT whole THEN 'copying'
    WHEN NOT hears THEN 'silent'
    ELSE 'following' END AS state
  FROM found
)
SELECT coalesce(r.name, t.name) AS region, t.region AS uid, t.subscription, t.state,
  t.state IN ('missing', 'disabled') OR (t.state = 'failing' AND NOT t.whole)
    OR (t.state = 'copying' AND t.added_at < now() - interval '5 minutes')
    OR (t.state NOT IN ('following', 'copying') AND t.heard_at < now() - interval '1 minute') AS halted,
  t.heard_at, t.added_at, t.clock_off_s, t.apply + t.sync AS errors
FROM told t LEFT JOIN doorstroom.region r ON r.uid = t.region;
"""

READ = """
CREATE VIEW doorstroom_read.nation AS SELECT name, made_at FROM doorstroom.nation;
-- how old figures are goes by the region's own clock, as far as it is known
CREATE VIEW doorstroom_read.desk AS
SELECT l.region, d.name AS desk, d.joined_at, d.left_at, d.seen_at, d.clock_off_s, f.at AS figures_at,
  f.received_at AS figures_received_at,
  CASE WHEN f.received_at IS NOT NULL THEN
    greatest(0, extract(epoch FROM now() + make_interval(secs => coalesce(l.clock_off_s, 0))
      - greatest(least(f.received_at, '2100-01-01'), '2000-01-01')))::bigint END AS age_s,
  doorstroom.count_in(f.told, '{beds,realised}') AS beds_realised,
  doorstroom.count_in(f.told, '{beds,usable}') AS beds_usable,
  doorstroom.count_in(f.told, '{beds,occupied}') AS beds_occupied,
  doorstroom.count_in(f.told, '{beds,reserved}') AS beds_reserved,
  doorstroom.count_in(f.told, '{beds,free}') AS beds_free,
  doorstroom.count_in(f.told, '{people,inside}') AS inside,
  doorstroom.count_in(f.told, '{people,present}') AS present,
  doorstroom.count_in(f.told, '{people,unregistered}') AS unregistered,
  doorstroom.count_in(f.told, '{people,without_bed}') AS without_bed,
  l.uid AS region_uid
FROM doorstroom_read.line l JOIN doorstroom.desk d ON d.region = l.uid
  LEFT JOIN doorstroom.figures f ON f.region = d.region AND f.desk = d.id
WHERE d.joined_at IS NOT NULL;
CREATE VIEW doorstroom_read.bus AS
SELECT l.region, d.name AS desk, b ->> 'ref' AS ref, b ->> 'state' AS state,
  doorstroom.moment_in(b, '{eta}') AS eta, doorstroom.count_in(b, '{announced}') AS announced,
  doorstroom.count_in(b, '{counted}') AS counted, doorstroom.count_in(b, '{reserved}') AS reserved,
  doorstroom.count_in(b, '{short}') AS short, f.at AS as_of, d.region AS region_uid
FROM doorstroom_read.line l JOIN doorstroom.desk d ON d.region = l.uid
  JOIN doorstroom.figures f ON f.region = d.region AND f.desk = d.id,
  jsonb_array_elements(CASE jsonb_typeof(f.told -> 'buses') WHEN 'array' THEN f.told -> 'buses' ELSE '[]' END) AS b
WHERE d.left_at IS NULL;
CREATE VIEW doorstroom_read.location AS
SELECT l.region, p.name AS location, p.municipality, p.capacity, p.held, p.capacity - p.held AS free, p.over,
  l.uid AS region_uid
FROM doorstroom_read.line l JOIN doorstroom.location p ON p.region = l.uid;
CREATE VIEW doorstroom_read.diverted AS
SELECT l.region, s.name AS sender, r.name AS receiver, b.ref, b.people, b.eta, b.state, b.sent_at, b.answered_at,
  l.uid AS region_uid
FROM doorstroom_read.line l JOIN doorstroom.diverted b ON b.region = l.uid
  LEFT JOIN doorstroom.desk s ON s.region = b.region AND s.id = b.sender
  LEFT JOIN doorstroom.desk r ON r.region = b.region AND r.id = b.receiver;
-- one row a region, whatever became of its line: what is old is marked and stays in
CREATE VIEW doorstroom_read.region AS
WITH desks AS (
  SELECT region_uid AS uid, count(*) AS desks, count(*) FILTER (WHERE age_s IS NULL) AS missing,
    count(*) FILTER (WHERE age_s > 300) AS old, sum(beds_realised) AS beds_realised, sum(beds_free) AS beds_free,
    sum(inside) AS inside, sum(present) AS present, sum(without_bed) AS without_bed,
    sum(unregistered) AS unregistered, min(age_s) AS age_s
  FROM doorstroom_read.desk WHERE left_at IS NULL GROUP BY region_uid
), buses AS (
  SELECT region_uid AS uid, count(*) AS buses, sum(greatest(0, coalesce(counted, announced, 0))) AS coming,
    sum(greatest(0, short)) AS to_find
  FROM doorstroom_read.bus WHERE ref IS NOT NULL GROUP BY region_uid
), places AS (
  SELECT region_uid AS uid, sum(capacity) AS places, sum(held) AS held, sum(free) AS free, sum(over) AS over
  FROM doorstroom_read.location GROUP BY region_uid
)
SELECT l.region, l.uid, coalesce(d.desks, 0) AS desks, coalesce(d.missing, 0) AS desks_missing,
  coalesce(d.old, 0) AS desks_old, coalesce(d.beds_realised, 0) AS beds_realised,
  coalesce(d.beds_free, 0) AS beds_free, coalesce(d.inside, 0) AS inside, coalesce(d.present, 0) AS present,
  coalesce(d.without_bed, 0) AS without_bed, coalesce(d.unregistered, 0) AS unregistered,
  coalesce(b.buses, 0) AS buses, coalesce(b.coming, 0) AS people_coming, coalesce(b.to_find, 0) AS to_find,
  coalesce(p.places, 0) AS places, coalesce(p.held, 0) AS places_held, coalesce(p.free, 0) AS places_free,
  coalesce(p.over, 0) AS places_over, d.age_s, coalesce(d.age_s > 300, false) OR l.halted AS old, l.halted, l.state,
  l.heard_at
FROM doorstroom_read.line l LEFT JOIN desks d ON d.uid = l.uid LEFT JOIN buses b ON b.uid = l.uid
  LEFT JOIN places p ON p.uid = l.uid;
"""

RIGHTS = """
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA doorstroom FROM PUBLIC;
GRANT EXECUTE ON FUNCTION doorstroom.count_in, doorstroom.moment_in TO doorstroom_reader;
GRANT USAGE ON SCHEMA doorstroom_read TO doorstroom_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA doorstroom_read TO doorstroom_reader;
"""

FIRST = TABLES + tables.TOLD + LINE + READ + RIGHTS
GROUPS = {name: tables.GROUPS[name] for name in ("doorstroom_owner", "doorstroom_reader")}
