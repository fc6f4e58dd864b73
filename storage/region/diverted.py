"""The region's half of buses between desks in SQL: docs/buses-between-desks.md says what each does, and why.

One row a bus, and the first answer stands. Whatever is told a second time, late or out of order does nothing more.
Who is to hear of it is called (`NOTIFY doorstroom`, with the number of the desk); who does not listen asks in time.
"""

BUSES = """
ALTER TABLE doorstroom.diverted
  ALTER COLUMN people DROP NOT NULL,
  ALTER COLUMN receiver DROP NOT NULL,
  ADD COLUMN announced_at timestamptz,
  ADD COLUMN came_as text NOT NULL DEFAULT '' CHECK (length(came_as) <= 64),
  ADD COLUMN because text NOT NULL DEFAULT '' CHECK (because IN ('', 'full', 'staff', 'suit', 'mistake', 'gone')),
  ADD CONSTRAINT only_counts CHECK (jsonb_typeof(composition) = 'object' AND length(composition::text) < 1000),
  ADD CONSTRAINT only_references CHECK (length(ref) <= 40 AND length(receiver_ref) <= 40);
CREATE INDEX diverted_open ON doorstroom.diverted (sender, receiver) WHERE state IN ('sent', 'announced');
"""

FUNCTIONS = """
-- it goes to that desk; where there is none of that name it is refused at once
CREATE FUNCTION doorstroom.send_bus(p_line bigint, p_uid text, p_receiver text, p_ref text, p_people integer,
  p_composition jsonb, p_eta timestamptz, p_announced_at timestamptz, p_came_as text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine integer := doorstroom.on_line(p_line); other integer;
BEGIN
  SELECT id INTO other FROM doorstroom.desk WHERE lower(name) = lower(p_receiver) AND id <> mine
    AND joined_at IS NOT NULL AND left_at IS NULL;
  INSERT INTO doorstroom.diverted
    (uid, sender, receiver, ref, people, composition, eta, announced_at, came_as, state, because, answered_at)
    VALUES (p_uid, mine, other, p_ref, p_people, p_composition, p_eta, p_announced_at, p_came_as,
      CASE WHEN other IS NULL THEN 'refused' ELSE 'sent' END, CASE WHEN other IS NULL THEN 'gone' ELSE '' END,
      CASE WHEN other IS NULL THEN now() END)
    ON CONFLICT (uid) DO NOTHING;
  PERFORM pg_notify('doorstroom', coalesce(other, mine)::text);
END $$;

-- it is wanted back: so it is, unless it was answered; one that comes in later finds that
CREATE FUNCTION doorstroom.withdraw_bus(p_line bigint, p_uid text, p_receiver text, p_ref text, p_people integer)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine integer := doorstroom.on_line(p_line);
  other integer := (SELECT id FROM doorstroom.desk WHERE lower(name) = lower(p_receiver) AND id <> mine);
BEGIN
  INSERT INTO doorstroom.diverted AS b (uid, sender, receiver, ref, people, state, answered_at)
    VALUES (p_uid, mine, other, p_ref, p_people, 'withdrawn', now())
    ON CONFLICT (uid) DO UPDATE SET state = 'withdrawn', answered_at = now()
      WHERE b.sender = mine AND b.state IN ('sent', 'announced');
  PERFORM pg_notify('doorstroom', other::text) WHERE other IS NOT NULL;
END $$;

-- it is on the screen there, taken or refused; one that is theirs for certain is so also if it was taken back
CREATE FUNCTION doorstroom.answer_bus(
  p_line bigint, p_uid text, p_state text, p_ref text, p_because text, p_certain boolean
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine integer := doorstroom.on_line(p_line);
BEGIN
  UPDATE doorstroom.diverted SET state = p_state, because = p_because, receiver_ref = p_ref, answered_at = now()
    WHERE uid = p_uid AND receiver = mine AND (
      (p_state = 'announced' AND state = 'sent')
      OR (p_state IN ('accepted', 'refused') AND state IN ('sent', 'announced'))
      OR (p_state = 'accepted' AND p_certain AND state = 'withdrawn'));
  UPDATE doorstroom.diverted SET receiver_ref = p_ref
    WHERE uid = p_uid AND receiver = mine AND state IN ('announced', 'accepted') AND receiver_ref <> p_ref;
  PERFORM pg_notify('doorstroom', sender::text) FROM doorstroom.diverted WHERE uid = p_uid AND receiver = mine;
END $$;
"""

RIGHTS = """
REVOKE ALL ON FUNCTION doorstroom.send_bus, doorstroom.withdraw_bus, doorstroom.answer_bus FROM PUBLIC;
GRANT EXECUTE ON FUNCTION doorstroom.send_bus, doorstroom.withdraw_bus, doorstroom.answer_bus TO doorstroom_desk;
"""

READ = """
CREATE OR REPLACE VIEW doorstroom_read.diverted AS
SELECT b.uid, s.name AS sender, r.name AS receiver, b.ref, b.people, b.composition, b.eta, b.state, b.sent_at,
  b.answered_at, b.receiver_ref, b.because
FROM doorstroom.diverted b JOIN doorstroom.desk s ON s.id = b.sender LEFT JOIN doorstroom.desk r ON r.id = b.receiver;
"""

OF_ONE_DESK = """
WITH me AS (SELECT id FROM doorstroom.desk WHERE role = session_user), found AS (
  SELECT b.uid FROM doorstroom.diverted b, me WHERE b.sender = me.id AND b.sent_at > now() - %(kept_for)s
  UNION SELECT b.uid FROM doorstroom.diverted b, me WHERE b.receiver = me.id AND b.sent_at > now() - %(kept_for)s
  UNION SELECT b.uid FROM doorstroom.diverted b, me WHERE b.state IN ('sent', 'announced')
    AND (b.sender = me.id OR b.receiver = me.id)
  UNION SELECT b.uid FROM doorstroom.diverted b, me WHERE b.uid = ANY(%(known)s)
    AND (b.sender = me.id OR b.receiver = me.id)
) SELECT b.uid, s.name, coalesce(r.name, ''), b.ref, b.people, b.composition,
  CASE WHEN b.eta BETWEEN '2000-01-01' AND '2200-01-01' THEN b.eta END,
  CASE WHEN b.announced_at BETWEEN '2000-01-01' AND '2200-01-01' THEN b.announced_at END,
  b.came_as, b.state, b.because, b.receiver_ref
FROM found JOIN doorstroom.diverted b USING (uid) JOIN doorstroom.desk s ON s.id = b.sender
  LEFT JOIN doorstroom.desk r ON r.id = b.receiver ORDER BY b.sent_at, b.uid
"""
"""By a desk: what was sent by it and to it lately, what is not answered, and what it asks after by name."""
OTHERS = """
SELECT name FROM doorstroom.desk WHERE role <> session_user AND joined_at IS NOT NULL AND left_at IS NULL
ORDER BY lower(name)
"""
"""The other desks of the region."""
