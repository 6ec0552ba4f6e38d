package io.gatehouse.history;

import io.gatehouse.testing.TestDatabase;

class RaceH2IT extends RaceContract {

    RaceH2IT() {
        super(TestDatabase.H2);
    }
}
