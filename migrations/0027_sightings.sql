-- What was noticed while Passbook ran and whoever runs it has to know, also from another process or after a restart: of
-- each kind the last sighting. 'untrusted_proxy' is an address that sent a proxy's headers and is no trusted proxy.
CREATE TABLE sighting (
    kind TEXT NOT NULL PRIMARY KEY,
    address TEXT NOT NULL,
    seen_at BIGINT NOT NULL
);
