"""The register: what audits found, remembered in one SQLite file."""
