package io.gatehouse.storage;

import io.gatehouse.testing.TestDatabase;

class H2OrderIT extends OrderContract {

    H2OrderIT() {
        super(TestDatabase.H2.fresh());
    }
}
