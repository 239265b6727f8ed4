-- An alert ends a handshake over QUIC too.
ALTER TABLE measurements {{on_cluster}}
    COMMENT COLUMN IF EXISTS alert 'tls, quic: number of the alert that ended the handshake, 0 when none did';

ALTER TABLE v_measurements {{on_cluster}}
    COMMENT COLUMN IF EXISTS alert 'tls, quic: number of the alert that ended the handshake, 0 when none did';
