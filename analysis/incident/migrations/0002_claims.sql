CREATE TABLE IF NOT EXISTS incident_claims {{on_cluster}}
(
    `id` String COMMENT 'Incident that somebody is about to write a revision of',
    `revision` UInt32 COMMENT 'Number of that revision',
    `writer` String COMMENT 'Random bytes that tell one writer from another',
    `at` DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When it was claimed, by the clock of the database'
)
ENGINE = {{replicated}}MergeTree
ORDER BY (id, revision)
TTL toDateTime(at) + INTERVAL 1 DAY
COMMENT 'Who is about to write which revision: of two, neither writes';
