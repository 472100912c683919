-- Since when complete reads of a provider that is read by days lack a posted row. It goes when a second one, an hour
-- later or more, lacks it too.
ALTER TABLE bank_transaction ADD COLUMN absent_since BIGINT;
-- When the provider was asked for all the history that the bank gives, where it fetches less by itself.
ALTER TABLE connection ADD COLUMN history_asked_at BIGINT;
-- When the provider was last asked to ask the bank because it had not for a day.
ALTER TABLE connection ADD COLUMN aggregation_asked_at BIGINT;
