package io.gatehouse.packaged;

import io.gatehouse.testing.TestDatabase;

class KillH2IT extends KillContract {

    KillH2IT() {
        super(TestDatabase.H2);
    }
}
