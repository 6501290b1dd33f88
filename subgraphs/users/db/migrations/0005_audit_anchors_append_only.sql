-- Anchors only add up: the serving role cannot take one back.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_anchors FROM users_app;
