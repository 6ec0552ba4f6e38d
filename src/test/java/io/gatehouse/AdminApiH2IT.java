package io.gatehouse;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.TestDatabase;

class AdminApiH2IT extends UserAdministrationContract {

    AdminApiH2IT() {
        super(TestDatabase.H2, AdminApi::new);
    }
}
