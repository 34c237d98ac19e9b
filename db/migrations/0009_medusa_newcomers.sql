-- 1 for the sign-in of somebody who has just registered, until the shop has made them a customer.
ALTER TABLE medusa_sign_ins ADD COLUMN newcomer BIGINT NOT NULL DEFAULT 0;
