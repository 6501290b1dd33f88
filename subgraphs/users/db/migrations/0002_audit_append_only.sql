-- The audit chain only grows: the serving role cannot touch a written entry.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_entries FROM users_app;
--> statement-breakpoint
-- Its head is one row that moves and never goes.
REVOKE DELETE, TRUNCATE ON audit_head FROM users_app;
--> statement-breakpoint
ALTER TABLE audit_head ADD CONSTRAINT audit_head_only CHECK ("only");
