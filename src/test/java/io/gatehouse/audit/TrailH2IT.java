package io.gatehouse.audit;

import io.gatehouse.testing.TestDatabase;

class TrailH2IT extends TrailContract {

    TrailH2IT() {
        super(TestDatabase.H2);
    }
}
