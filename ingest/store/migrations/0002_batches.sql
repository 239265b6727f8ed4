-- The signed bytes: evidence, and what measurements can be made from again. Sorted by chain, so that a
-- gap in a probe's sequence is next to its neighbours and like compresses beside like. The same bytes
-- signed by two keys are two batches: the key is part of the identity.
CREATE TABLE IF NOT EXISTS batches {{on_cluster}}
(
    id FixedString(32) COMMENT 'SHA-256 of the uncompressed bytes',
    probe FixedString(32) COMMENT 'Ed25519 public key that signed the bytes' CODEC(ZSTD(1)),
    signature FixedString(64) COMMENT 'Ed25519 signature over the domain prefix and the bytes',
    created_at DateTime64(3, 'UTC') COMMENT 'When the probe closed the batch, by its clock' CODEC(Delta(8), ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When a gateway accepted the batch' CODEC(Delta(8), ZSTD(1)),
    sequence UInt64 COMMENT 'Number of the batch in the chain of its key, from 1' CODEC(Delta(8), ZSTD(1)),
    previous String COMMENT 'Id of the batch before it in the chain, 32 bytes; empty for the first' CODEC(ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the network, ZZ when unknown',
    asn UInt32 COMMENT 'Number of the autonomous system, 0 when unknown' CODEC(ZSTD(1)),
    origin LowCardinality(String) COMMENT 'located: network found from the address; declared: as the probe said',
    records UInt32 COMMENT 'Lines that became measurements' CODEC(ZSTD(1)),
    rejected UInt32 COMMENT 'Lines that are not records or whose time was not admitted' CODEC(ZSTD(1)),
    generated Bool COMMENT 'True for rehearsal data that nobody measured' CODEC(ZSTD(1)),
    bytes String COMMENT 'The batch, uncompressed, exactly as signed' CODEC(ZSTD(3)),
    first_wins UInt64 MATERIALIZED 18446744073709551615 - toUnixTimestamp64Milli(received_at) COMMENT 'Version that keeps the copy received first' CODEC(Delta(8), ZSTD(1)),
    INDEX by_id id TYPE bloom_filter GRANULARITY 1
)
ENGINE = {{replicated}}ReplacingMergeTree(first_wins)
PARTITION BY toYYYYMM(created_at)
ORDER BY (probe, sequence, id)
COMMENT 'Signed batches, with copies: read v_batches instead';

CREATE OR REPLACE VIEW v_batches {{on_cluster}}
(
    id String COMMENT 'SHA-256 of the uncompressed bytes, hex',
    probe String COMMENT 'Ed25519 public key that signed the bytes, hex',
    signature String COMMENT 'Ed25519 signature over the domain prefix and the bytes, hex',
    created_at DateTime64(3, 'UTC') COMMENT 'When the probe closed the batch, by its clock',
    received_at DateTime64(3, 'UTC') COMMENT 'When a gateway first accepted the batch',
    sequence UInt64 COMMENT 'Number of the batch in the chain of its key, from 1',
    previous String COMMENT 'Id of the batch before it in the chain, hex; empty for the first',
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the network, ZZ when unknown',
    asn UInt32 COMMENT 'Number of the autonomous system, 0 when unknown',
    origin LowCardinality(String) COMMENT 'located: network found from the address; declared: as the probe said',
    records UInt32 COMMENT 'Lines that became measurements',
    rejected UInt32 COMMENT 'Lines that are not records or whose time was not admitted',
    generated Bool COMMENT 'True for rehearsal data that nobody measured',
    bytes String COMMENT 'The batch, uncompressed, exactly as signed'
)
AS SELECT
    lower(hex(batches.id)) AS id, lower(hex(batches.probe)) AS probe, lower(hex(batches.signature)) AS signature,
    created_at, received_at, sequence, lower(hex(batches.previous)) AS previous,
    country, asn, origin, records, rejected, generated, bytes
FROM batches FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'Signed batches, each exactly once';
