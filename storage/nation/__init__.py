"""The nation: the regions in one PostgreSQL database that only reads them."""
