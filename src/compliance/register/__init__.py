"""The register: what audits found and what people did about it, remembered in an SQLite file or on a server."""
