-- What others measured or reported. Sources correct themselves, so here the copy received last wins.
CREATE TABLE IF NOT EXISTS signals {{on_cluster}}
(
    source LowCardinality(String) COMMENT 'Who measured: ioda',
    entity_type LowCardinality(String) COMMENT 'country, region or asn',
    entity_code LowCardinality(String) COMMENT 'The place in the words of its source: IQ, 4369, 5089',
    name LowCardinality(String) COMMENT 'The series as its source calls it: bgp, ping-slash24, merit-nt, gtr',
    at DateTime('UTC') COMMENT 'Start of the bin' CODEC(Delta(4), ZSTD(1)),
    value Float64 COMMENT 'The value in the unit of its source' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When Lamplight took the value in' CODEC(Delta(8), ZSTD(1))
)
ENGINE = {{replicated}}ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(at)
ORDER BY (source, entity_type, entity_code, name, at)
COMMENT 'Series that others measured, with copies: read v_signals instead';

CREATE OR REPLACE VIEW v_signals {{on_cluster}}
(
    source LowCardinality(String) COMMENT 'Who measured: ioda',
    entity_type LowCardinality(String) COMMENT 'country, region or asn',
    entity_code LowCardinality(String) COMMENT 'The place in the words of its source: IQ, 4369, 5089',
    name LowCardinality(String) COMMENT 'The series as its source calls it: bgp, ping-slash24, merit-nt, gtr',
    at DateTime('UTC') COMMENT 'Start of the bin',
    value Float64 COMMENT 'The value in the unit of its source',
    received_at DateTime64(3, 'UTC') COMMENT 'When Lamplight last took the value in'
)
AS SELECT source, entity_type, entity_code, name, at, value, received_at
FROM signals FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'Series that others measured, each point exactly once';

CREATE TABLE IF NOT EXISTS atlas_connections {{on_cluster}}
(
    probe_id UInt32 COMMENT 'RIPE Atlas probe' CODEC(ZSTD(1)),
    at DateTime('UTC') COMMENT 'When the probe connected or disconnected' CODEC(Delta(4), ZSTD(1)),
    event LowCardinality(String) COMMENT 'connect or disconnect',
    asn UInt32 COMMENT 'Autonomous system of the probe at that time, 0 when unknown' CODEC(ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code by the prefix, ZZ when unknown',
    prefix String COMMENT 'Prefix that the probe connected from' CODEC(ZSTD(1)),
    controller LowCardinality(String) COMMENT 'Atlas controller that logged the event',
    received_at DateTime64(3, 'UTC') COMMENT 'When Lamplight took the event in' CODEC(Delta(8), ZSTD(1))
)
ENGINE = {{replicated}}ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(at)
ORDER BY (at, probe_id, event)
COMMENT 'Connections of RIPE Atlas probes, with copies: read v_atlas_connections instead';

CREATE OR REPLACE VIEW v_atlas_connections {{on_cluster}}
(
    probe_id UInt32 COMMENT 'RIPE Atlas probe',
    at DateTime('UTC') COMMENT 'When the probe connected or disconnected',
    event LowCardinality(String) COMMENT 'connect or disconnect',
    asn UInt32 COMMENT 'Autonomous system of the probe at that time, 0 when unknown',
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code by the prefix, ZZ when unknown',
    prefix String COMMENT 'Prefix that the probe connected from',
    controller LowCardinality(String) COMMENT 'Atlas controller that logged the event',
    received_at DateTime64(3, 'UTC') COMMENT 'When Lamplight last took the event in'
)
AS SELECT probe_id, at, event, asn, country, prefix, controller, received_at
FROM atlas_connections FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'Connections of RIPE Atlas probes, each exactly once';

-- Not partitioned: a whole list is some thousand rows over decades.
CREATE TABLE IF NOT EXISTS reports {{on_cluster}}
(
    id FixedString(16) COMMENT 'Hash of the source and the fields that identify the report',
    source LowCardinality(String) COMMENT 'Who reported: access-now-stop',
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code',
    regions Array(LowCardinality(String)) COMMENT 'ISO 3166-2 codes, as far as known',
    area String COMMENT 'The area as the source words it',
    scope LowCardinality(String) COMMENT 'national, regional, local or unknown',
    start_date Date COMMENT 'First day, local',
    end_date Nullable(Date) COMMENT 'Last day, local; NULL when unknown or ongoing',
    type LowCardinality(String) COMMENT 'shutdown, throttling, service-based ...',
    network LowCardinality(String) COMMENT 'mobile, fixed, both or unknown',
    services Array(LowCardinality(String)) COMMENT 'Services blocked, when service-based',
    cause String COMMENT 'The cause as the source words it',
    title String COMMENT 'Headline or one-line summary',
    link String COMMENT 'Where the report can be read',
    received_at DateTime64(3, 'UTC') COMMENT 'When Lamplight took the report in'
)
ENGINE = {{replicated}}ReplacingMergeTree(received_at)
ORDER BY (source, id)
COMMENT 'Reported shutdowns, with copies: read v_reports instead';

CREATE OR REPLACE VIEW v_reports {{on_cluster}}
(
    id String COMMENT 'Hash of the source and the fields that identify the report, hex',
    source LowCardinality(String) COMMENT 'Who reported: access-now-stop',
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code',
    regions Array(LowCardinality(String)) COMMENT 'ISO 3166-2 codes, as far as known',
    area String COMMENT 'The area as the source words it',
    scope LowCardinality(String) COMMENT 'national, regional, local or unknown',
    start_date Date COMMENT 'First day, local',
    end_date Nullable(Date) COMMENT 'Last day, local; NULL when unknown or ongoing',
    type LowCardinality(String) COMMENT 'shutdown, throttling, service-based ...',
    network LowCardinality(String) COMMENT 'mobile, fixed, both or unknown',
    services Array(LowCardinality(String)) COMMENT 'Services blocked, when service-based',
    cause String COMMENT 'The cause as the source words it',
    title String COMMENT 'Headline or one-line summary',
    link String COMMENT 'Where the report can be read',
    received_at DateTime64(3, 'UTC') COMMENT 'When Lamplight last took the report in'
)
AS SELECT
    lower(hex(reports.id)) AS id, source, country, regions, area, scope, start_date, end_date, type, network,
    services, cause, title, link, received_at
FROM reports FINAL
COMMENT 'Reported shutdowns, each exactly once';
