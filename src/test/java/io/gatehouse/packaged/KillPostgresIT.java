package io.gatehouse.packaged;

import io.gatehouse.testing.TestDatabase;

class KillPostgresIT extends KillContract {

    KillPostgresIT() {
        super(TestDatabase.POSTGRES);
    }
}
