"""The register: what audits found and what people did about it, remembered in one SQLite file."""
