"""Events held against the chain a whole batch at once, and nothing that is asked at each push grows with the past.

The chain is the same as before: an event stands behind the last one that counts, or not at all.
"""

LAST = """
-- the event that an epoch goes on from; number 0 and no name where it is the first
CREATE FUNCTION doorstroom.goes_on_from(p_desk integer, p_epoch integer, OUT seq bigint, OUT uid text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT e.seq, e.uid INTO seq, uid FROM doorstroom.epoch o
    JOIN doorstroom.event e ON e.desk = o.desk AND e.epoch = o.parent AND e.seq = o.begins_after
    WHERE o.desk = p_desk AND o.epoch = p_epoch;
  IF NOT FOUND THEN
    seq := 0;
    uid := '';
  END IF;
END $$;

-- by the index from its end: what was before asked sorted all events of the desk
CREATE OR REPLACE FUNCTION doorstroom.last_event(p_desk integer, OUT seq bigint, OUT uid text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE now_in integer; last record;
BEGIN
  SELECT d.epoch INTO now_in FROM doorstroom.desk d WHERE d.id = p_desk;
  SELECT e.seq, e.uid INTO last FROM doorstroom.event e
    WHERE e.desk = p_desk AND e.epoch = now_in ORDER BY e.seq DESC LIMIT 1;
  IF NOT FOUND THEN
    last := doorstroom.goes_on_from(p_desk, now_in);
  END IF;
  seq := last.seq;
  uid := last.uid;
END $$;

-- as before; of each epoch only what counted and counts no more is looked at
CREATE OR REPLACE FUNCTION doorstroom.new_epoch(p_desk integer, p_parent integer, p_after bigint, p_store text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE was doorstroom.path[]; gone bigint; new_one integer;
BEGIN
  SELECT array_agg(p) INTO was FROM doorstroom.path p WHERE p.desk = p_desk;
  UPDATE doorstroom.desk SET epoch = epoch + 1 WHERE id = p_desk RETURNING epoch INTO new_one;
  INSERT INTO doorstroom.epoch (desk, epoch, parent, begins_after, lost, store_uid)
    VALUES (p_desk, new_one, p_parent, p_after, 0, p_store);
  SELECT coalesce(sum((SELECT count(*) FROM doorstroom.event e WHERE e.desk = w.desk AND e.epoch = w.epoch
      AND e.seq > coalesce(p.upto, 0) AND e.seq <= coalesce(w.upto, 9223372036854775807))), 0) INTO gone
    FROM unnest(was) w LEFT JOIN doorstroom.path p ON p.desk = w.desk AND p.epoch = w.epoch;
  UPDATE doorstroom.epoch SET lost = gone WHERE desk = p_desk AND epoch = new_one;
  RETURN gone;
END $$;
"""

CHAIN = """
-- looked at last: which epoch it has to be is said first
ALTER TABLE doorstroom.event ALTER CONSTRAINT event_desk_epoch_fkey DEFERRABLE INITIALLY DEFERRED;
DROP TRIGGER event_follows ON doorstroom.event;
DROP FUNCTION doorstroom.event_follows();
-- what came in is of one desk and stands behind what was there, one behind the other, or none of it is taken.
-- that nothing stands behind the same event twice, or in between, the table's own UNIQUE (desk, epoch, prev) holds
CREATE FUNCTION doorstroom.event_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE first record; now_in integer; last record;
BEGIN
  SELECT n.desk, n.epoch, n.seq, n.prev, count(*) OVER () AS number INTO first
    FROM new_events n ORDER BY n.seq LIMIT 1;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT d.epoch INTO now_in FROM doorstroom.desk d WHERE d.id = first.desk AND d.left_at IS NULL FOR UPDATE;
  IF first.epoch IS DISTINCT FROM now_in THEN
    RAISE EXCEPTION 'another epoch' USING ERRCODE = 'DS005', DETAIL = coalesce(now_in::text, '');
  END IF;
  SELECT e.seq, e.uid INTO last FROM doorstroom.event e
    WHERE e.desk = first.desk AND e.epoch = now_in AND e.seq < first.seq ORDER BY e.seq DESC LIMIT 1;
  IF NOT FOUND THEN
    last := doorstroom.goes_on_from(first.desk, now_in);
  END IF;
  IF first.prev <> last.uid OR first.seq <= last.seq OR first.number > 1 AND EXISTS (
    SELECT 1 FROM (SELECT n.*, lag(n.uid) OVER (ORDER BY n.seq) AS before FROM new_events n) c
      WHERE c.prev <> c.before OR c.desk <> first.desk OR c.epoch <> first.epoch
  ) THEN
    RAISE EXCEPTION 'a gap' USING ERRCODE = 'DS004', DETAIL = last.seq::text;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER event_follows AFTER INSERT ON doorstroom.event REFERENCING NEW TABLE AS new_events
  FOR EACH STATEMENT EXECUTE FUNCTION doorstroom.event_follows();
"""

PUSH = """
-- with the rights of whoever came in, as before; what is there already is not taken again. No search among all events
-- that could one day read all of them: what is known the index says
CREATE OR REPLACE FUNCTION doorstroom.push(p_epoch integer, p_events jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
DECLARE taken bigint;
BEGIN
  INSERT INTO doorstroom.event (desk, epoch, seq, prev, uid, at, entered_at, verb, ref, told)
    SELECT d.id, p_epoch, e.seq, e.prev, e.uid, e.at, e.entered_at, e.verb, e.ref, e.told
    FROM doorstroom.desk d, jsonb_to_recordset(p_events)
      AS e (seq bigint, prev text, uid text, at timestamptz, entered_at timestamptz, verb text, ref text, told jsonb)
    WHERE d.role = current_user ON CONFLICT (desk, uid) DO NOTHING;
  GET DIAGNOSTICS taken = ROW_COUNT;
  RETURN taken;
END $$;
REVOKE ALL ON FUNCTION doorstroom.goes_on_from, doorstroom.event_follows FROM PUBLIC;
"""

BATCHES = LAST + CHAIN + PUSH
