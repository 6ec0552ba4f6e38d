package io.gatehouse.history;

import io.gatehouse.testing.TestDatabase;

class RacePostgresIT extends RaceContract {

    RacePostgresIT() {
        super(TestDatabase.POSTGRES);
    }
}
