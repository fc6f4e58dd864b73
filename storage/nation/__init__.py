"""The nation: the regions in one PostgreSQL database that only reads them."""

import storage.region.server  # noqa: F401 - first: a machine that can reach no server is told so in a sentence
