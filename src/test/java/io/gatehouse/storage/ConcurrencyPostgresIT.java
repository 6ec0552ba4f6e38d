package io.gatehouse.storage;

import io.gatehouse.testing.TestDatabase;

class ConcurrencyPostgresIT extends ConcurrencyContract {

    ConcurrencyPostgresIT() {
        super(TestDatabase.POSTGRES);
    }
}
