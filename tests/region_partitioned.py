"""A region whose events lie in partitions by desk: the step for one that grew large, tried on a copy.

Every key of the table has the desk in it, so each can be kept. What is bound to the table itself is made again: its
rights, its policies, its trigger and the views that read it.
"""

from storage.region import tables

PARTITIONS = 8
_RIGHTS = "\n".join(
    line
    for line in tables.RIGHTS.splitlines()
    if "doorstroom.event " in line and not line.startswith("CREATE POLICY own")
)
_POLICY = tables.RIGHTS[tables.RIGHTS.index("CREATE POLICY own ON doorstroom.event") :].partition(";")[0]
_VIEW = tables.READ[tables.READ.index("CREATE VIEW doorstroom_read.event") :].partition(";")[0]

_PARTS = "".join(
    f"CREATE TABLE doorstroom.event_{n} PARTITION OF doorstroom.event"
    f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {n});"
    for n in range(PARTITIONS)
)

MOVED = f"""
BEGIN;
LOCK TABLE doorstroom.event IN ACCESS EXCLUSIVE MODE;
ALTER TABLE doorstroom.event RENAME TO event_before;
CREATE TABLE doorstroom.event (LIKE doorstroom.event_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
  PARTITION BY HASH (desk);
{_PARTS}
INSERT INTO doorstroom.event SELECT * FROM doorstroom.event_before ORDER BY received_at;
CREATE OR REPLACE {_VIEW.removeprefix("CREATE ")};
DROP TABLE doorstroom.event_before;
ALTER TABLE doorstroom.event
  ADD CONSTRAINT event_pkey PRIMARY KEY (desk, epoch, seq),
  ADD CONSTRAINT event_desk_uid_key UNIQUE (desk, uid),
  ADD CONSTRAINT event_desk_epoch_prev_key UNIQUE (desk, epoch, prev),
  ADD CONSTRAINT event_desk_epoch_fkey FOREIGN KEY (desk, epoch) REFERENCES doorstroom.epoch
    DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX event_received ON doorstroom.event (received_at);
CREATE TRIGGER event_follows AFTER INSERT ON doorstroom.event REFERENCING NEW TABLE AS new_events
  FOR EACH STATEMENT EXECUTE FUNCTION doorstroom.event_follows();
ALTER TABLE doorstroom.event OWNER TO doorstroom_owner;
GRANT SELECT ON doorstroom.event TO doorstroom_desk;
{_RIGHTS}
{_POLICY};
COMMIT;
"""
