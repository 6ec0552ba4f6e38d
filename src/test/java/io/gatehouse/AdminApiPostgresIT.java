package io.gatehouse;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.TestDatabase;

class AdminApiPostgresIT extends UserAdministrationContract {

    AdminApiPostgresIT() {
        super(TestDatabase.POSTGRES, AdminApi::new);
    }
}
