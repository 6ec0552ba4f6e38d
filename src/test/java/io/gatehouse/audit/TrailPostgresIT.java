package io.gatehouse.audit;

import io.gatehouse.testing.TestDatabase;

class TrailPostgresIT extends TrailContract {

    TrailPostgresIT() {
        super(TestDatabase.POSTGRES);
    }
}
