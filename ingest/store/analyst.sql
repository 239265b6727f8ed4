-- The role of analysts: it reads the views and nothing else, within limits. lamplight migrate runs this where its
-- user may; where not, an administrator can, without the words in braces or with ON CLUSTER in their place. What
-- is there already stays as it is, so limits that an operator has changed remain.
CREATE SETTINGS PROFILE IF NOT EXISTS lamplight_analyst {{on_cluster}}
    SETTINGS readonly = 2, max_execution_time = 60 MAX 600, max_memory_usage = 4000000000 MAX 4000000000;

CREATE ROLE IF NOT EXISTS lamplight_analyst {{on_cluster}}
    SETTINGS PROFILE 'lamplight_analyst';

CREATE QUOTA IF NOT EXISTS lamplight_analyst {{on_cluster}}
    KEYED BY user_name
    FOR INTERVAL 1 hour MAX queries = 3600, read_rows = 100000000000, execution_time = 3600
    TO lamplight_analyst;

GRANT {{on_cluster}} SELECT ON {{database}}.v_* TO lamplight_analyst;
