/// A history of dnf.
enum DNFHistoryFixture {
    /// What dnf 4.14 on Debian 12 wrote for: install weft-app (it requires weft-sample); upgrade; mark install
    /// weft-sample; install weft-tool (it requires weft-lib and recommends weft-extra); remove weft-app.
    ///
    /// Taken with `sqlite3 history.sqlite .dump`; comments, the output to the terminal and options of the command lines
    /// are left out.
    static let sql = """
        BEGIN TRANSACTION;
        CREATE TABLE trans (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                dt_begin INTEGER NOT NULL,
                dt_end INTEGER,
                rpmdb_version_begin TEXT,
                rpmdb_version_end TEXT,
                releasever TEXT NOT NULL,
                user_id INTEGER NOT NULL,
                cmdline TEXT,
                state INTEGER NOT NULL
            , comment TEXT DEFAULT '');
        INSERT INTO trans VALUES(1,1795381889,1795381890,'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855','8ad260824dd752120c6f5cbb46b7b534dec05edf1a7b364cfcb68f63ea9371e6','1',-1,'install weft-app',1,'');
        INSERT INTO trans VALUES(2,1795381890,1795381890,'8ad260824dd752120c6f5cbb46b7b534dec05edf1a7b364cfcb68f63ea9371e6','e058912fe4c172b10fd1db531af30f229506c6b695b86869501577e6fc4861fb','1',-1,'--refresh upgrade',1,'');
        INSERT INTO trans VALUES(3,1795381891,1795381891,'e058912fe4c172b10fd1db531af30f229506c6b695b86869501577e6fc4861fb','e058912fe4c172b10fd1db531af30f229506c6b695b86869501577e6fc4861fb','1',-1,'',1,'');
        INSERT INTO trans VALUES(4,1795382956,1795382957,'e058912fe4c172b10fd1db531af30f229506c6b695b86869501577e6fc4861fb','1938c701a1f2d73ce15eec3c7dbbfc2952394050b93006eed26810c8c96c2d12','1',-1,'--refresh install weft-tool',1,'');
        INSERT INTO trans VALUES(5,1795382957,1795382957,'1938c701a1f2d73ce15eec3c7dbbfc2952394050b93006eed26810c8c96c2d12','a87f38b1515e494609c30e6727911c5dd0efdb493fb8a183d4604138e3ddd462','1',-1,'remove weft-app',1,'');
        CREATE TABLE repo (
                id INTEGER PRIMARY KEY,
                repoid TEXT NOT NULL
            );
        INSERT INTO repo VALUES(1,'r');
        INSERT INTO repo VALUES(2,'@System');
        CREATE TABLE console_output (
                id INTEGER PRIMARY KEY,
                trans_id INTEGER REFERENCES trans(id),
                file_descriptor INTEGER NOT NULL,
                line TEXT NOT NULL
            );
        CREATE TABLE item (
                id INTEGER PRIMARY KEY,
                item_type INTEGER NOT NULL
            );
        INSERT INTO item VALUES(1,0);
        INSERT INTO item VALUES(2,0);
        INSERT INTO item VALUES(3,0);
        INSERT INTO item VALUES(4,0);
        INSERT INTO item VALUES(5,0);
        INSERT INTO item VALUES(6,0);
        INSERT INTO item VALUES(7,0);
        CREATE TABLE trans_item (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                trans_id INTEGER REFERENCES trans(id),
                item_id INTEGER REFERENCES item(id),
                repo_id INTEGER REFERENCES repo(id),
                action INTEGER NOT NULL,
                reason INTEGER NOT NULL,
                state INTEGER NOT NULL
            );
        INSERT INTO trans_item VALUES(1,1,1,1,1,2,1);
        INSERT INTO trans_item VALUES(2,1,2,1,1,1,1);
        INSERT INTO trans_item VALUES(3,2,3,1,6,2,1);
        INSERT INTO trans_item VALUES(4,2,1,2,7,2,1);
        INSERT INTO trans_item VALUES(5,2,4,1,6,1,1);
        INSERT INTO trans_item VALUES(6,2,2,2,7,1,1);
        INSERT INTO trans_item VALUES(7,3,4,1,11,2,1);
        INSERT INTO trans_item VALUES(8,4,5,1,1,4,1);
        INSERT INTO trans_item VALUES(9,4,6,1,1,1,1);
        INSERT INTO trans_item VALUES(10,4,7,1,1,2,1);
        INSERT INTO trans_item VALUES(11,5,3,2,8,2,1);
        CREATE TABLE item_replaced_by (
                trans_item_id INTEGER REFERENCES trans_item(id),
                by_trans_item_id INTEGER REFERENCES trans_item(id),
                PRIMARY KEY (trans_item_id, by_trans_item_id)
            );
        INSERT INTO item_replaced_by VALUES(4,3);
        INSERT INTO item_replaced_by VALUES(6,5);
        CREATE TABLE trans_with (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                trans_id INTEGER REFERENCES trans(id),
                item_id INTEGER REFERENCES item(id),
                CONSTRAINT trans_with_unique_trans_item UNIQUE (trans_id, item_id)
            );
        CREATE TABLE rpm (
                item_id INTEGER UNIQUE NOT NULL,
                name TEXT NOT NULL,
                epoch INTEGER NOT NULL,
                version TEXT NOT NULL,
                release TEXT NOT NULL,
                arch TEXT NOT NULL,
                FOREIGN KEY(item_id) REFERENCES item(id),
                CONSTRAINT rpm_unique_nevra UNIQUE (name, epoch, version, release, arch)
            );
        INSERT INTO rpm VALUES(1,'weft-app',0,'1.0','1','noarch');
        INSERT INTO rpm VALUES(2,'weft-sample',0,'1.0','1','noarch');
        INSERT INTO rpm VALUES(3,'weft-app',0,'1.1','1','noarch');
        INSERT INTO rpm VALUES(4,'weft-sample',0,'1.1','1','noarch');
        INSERT INTO rpm VALUES(5,'weft-extra',0,'1.0','1','noarch');
        INSERT INTO rpm VALUES(6,'weft-lib',0,'1.0','1','noarch');
        INSERT INTO rpm VALUES(7,'weft-tool',0,'1.0','1','noarch');
        CREATE TABLE comps_group (
                item_id INTEGER UNIQUE NOT NULL,
                groupid TEXT NOT NULL,
                name TEXT NOT NULL,
                translated_name TEXT NOT NULL,
                pkg_types INTEGER NOT NULL,
                FOREIGN KEY(item_id) REFERENCES item(id)
            );
        CREATE TABLE comps_group_package (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                group_id INTEGER NOT NULL,
                name TEXT NOT NULL,
                installed INTEGER NOT NULL,
                pkg_type INTEGER NOT NULL,
                FOREIGN KEY(group_id) REFERENCES comps_group(item_id),
                CONSTRAINT comps_group_package_unique_name UNIQUE (group_id, name)
            );
        CREATE TABLE comps_environment (
                item_id INTEGER UNIQUE NOT NULL,
                environmentid TEXT NOT NULL,
                name TEXT NOT NULL,
                translated_name TEXT NOT NULL,
                pkg_types INTEGER NOT NULL,
                FOREIGN KEY(item_id) REFERENCES item(id)
            );
        CREATE TABLE comps_environment_group (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                environment_id INTEGER NOT NULL,
                groupid TEXT NOT NULL,
                installed INTEGER NOT NULL,
                group_type INTEGER NOT NULL,
                FOREIGN KEY(environment_id) REFERENCES comps_environment(item_id),
                CONSTRAINT comps_environment_group_unique_groupid UNIQUE (environment_id, groupid)
            );
        CREATE TABLE config (
                key TEXT PRIMARY KEY,
                value TEXT NOT NULL
            );
        INSERT INTO config VALUES('version','1.2');
        CREATE INDEX rpm_name ON rpm(name);
        CREATE INDEX trans_item_trans_id ON trans_item(trans_id);
        CREATE INDEX trans_item_item_id ON trans_item(item_id);
        COMMIT;
        """
}
