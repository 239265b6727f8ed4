CREATE TABLE IF NOT EXISTS looks {{on_cluster}}
(
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of what was looked at, empty for everything',
    `until` DateTime64(3, 'UTC') COMMENT 'Time of the data up to which analysis looked',
    `looked_at` DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When it had looked, by the clock of the database'
)
ENGINE = {{replicated}}ReplacingMergeTree(until)
ORDER BY country
COMMENT 'How far analysis has looked, whether or not it concluded anything: read v_looks instead';

CREATE OR REPLACE VIEW v_looks {{on_cluster}}
(
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of what was looked at, empty for everything',
    `until` DateTime64(3, 'UTC') COMMENT 'Time of the data up to which analysis has looked',
    `looked_at` DateTime64(3, 'UTC') COMMENT 'When it had looked that far, by the clock of the database'
)
AS SELECT country, until, looked_at FROM looks FINAL
COMMENT 'How far analysis has looked, whether or not it concluded anything';
