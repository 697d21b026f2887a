BEGIN TRANSACTION;
CREATE TABLE audit_findings (
        finding text not null, audit integer not null, verdict text not null, story blob not null,
        primary key (finding, audit)) without rowid;
INSERT INTO "audit_findings" VALUES('5e9001d4b2f0',1,'breached',X'BD9B0EB528FDF1BEF23BE0B3D30EB5D7FAAC9F37F56CB9AB99317D293806A595');
INSERT INTO "audit_findings" VALUES('5e9001d4b2f0',2,'breached',X'BD9B0EB528FDF1BEF23BE0B3D30EB5D7FAAC9F37F56CB9AB99317D293806A595');
INSERT INTO "audit_findings" VALUES('77c1d30099ab',1,'breached',X'185089B533E38F2536028B68F45C67B8695C0E5612B6808D76C97F8CF8DD0F7D');
INSERT INTO "audit_findings" VALUES('77c1d30099ab',2,'breached',X'185089B533E38F2536028B68F45C67B8695C0E5612B6808D76C97F8CF8DD0F7D');
INSERT INTO "audit_findings" VALUES('c1218aa77',1,'breached',X'76FE8155283E966ED7B366AB8A5DEF9CD0C45EE434C111B05B7E6D0B9EA89D46');
INSERT INTO "audit_findings" VALUES('c1218aa77',2,'breached',X'76FE8155283E966ED7B366AB8A5DEF9CD0C45EE434C111B05B7E6D0B9EA89D46');
INSERT INTO "audit_findings" VALUES('d15c105edd00',1,'breached',X'CBA4C86E3A948B8F2CE37B2F5F87A91E5E9CB4C819054783A2423BB2B666EC53');
INSERT INTO "audit_findings" VALUES('d15c105edd00',2,'breached',X'CBA4C86E3A948B8F2CE37B2F5F87A91E5E9CB4C819054783A2423BB2B666EC53');
INSERT INTO "audit_findings" VALUES('de11e4ed0000',1,'breached',X'44DFE56ACD42D2C9C8B0CDE0CFAD7EE2AE8E93E530CBE817322633DC07736B31');
INSERT INTO "audit_findings" VALUES('de11e4ed0000',2,'breached',X'44DFE56ACD42D2C9C8B0CDE0CFAD7EE2AE8E93E530CBE817322633DC07736B31');
CREATE TABLE audit_incidents (
        incident text not null, audit integer not null, state text not null, grade text, severity text,
        responsible text, department text, rules text, continued_as text, story blob,
        primary key (incident, audit)) without rowid;
INSERT INTO "audit_incidents" VALUES('2b00b1e50001',1,'new','observation','minor','e-18','Sales North','["wholesale.calls-per-day"]',NULL,X'FC79A0ADC89CC4A89787EDA6D6CE0B29715D5AD274B7AE5C3ADD05C0F96136C6');
INSERT INTO "audit_incidents" VALUES('2b00b1e50001',2,'gone',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "audit_incidents" VALUES('3a7e4e9047aa',1,'new','moderate','moderate','e-40','Sales South','["wholesale.monthly-report"]',NULL,X'78BCEBF5A205CDF3E12350262057F47B216849EF9153590D272826436DA640FF');
INSERT INTO "audit_incidents" VALUES('3a7e4e9047aa',2,'known','moderate','moderate','e-40','Sales South','["wholesale.monthly-report"]',NULL,X'78BCEBF5A205CDF3E12350262057F47B216849EF9153590D272826436DA640FF');
INSERT INTO "audit_incidents" VALUES('4d15c0947e11',2,'new','serious','serious','e-21','Sales South','["wholesale.discount-within-authority"]',NULL,X'604DA80E6EAE40B7C21700592708269234175F290BAEAE6F0361F83F85BA0265');
INSERT INTO "audit_incidents" VALUES('5ec4e700aaaa',2,'new','critical','critical','e-30','Warehouse & Dispatch','["confidentiality.no-disclosure"]',NULL,X'0EAFF8B011AEF0FC6DCB08FA120FF3E0CDD8CA910AF6A99DA1FC8CC05CE988E2');
INSERT INTO "audit_incidents" VALUES('6de11e4ed000',2,'new','minor','moderate','e-31','Warehouse & Dispatch','["contracts.delivery-in-full"]',NULL,X'53AA2B5315DD9E84CC878926311EC3C70CDD941D753EB69CAB8BDBF330F2BFEB');
CREATE TABLE audit_rules (
        audit integer not null, rule text not null, met integer not null, breached integer not null,
        excused integer not null, pending integer not null, undetermined integer not null,
        not_applicable integer not null, story blob, primary key (audit, rule)) without rowid;
INSERT INTO "audit_rules" VALUES(1,'confidentiality.no-disclosure',0,1,0,0,0,2,NULL);
INSERT INTO "audit_rules" VALUES(1,'contracts.delivery-in-full',41,1,0,1,0,0,NULL);
INSERT INTO "audit_rules" VALUES(1,'wholesale.calls-per-day',0,0,0,0,0,0,X'FDA98C2AE51C5EE5C9FE73E79896857F15ED9F0BD860580E8971AFE8B5DC5D6F');
INSERT INTO "audit_rules" VALUES(1,'wholesale.monthly-report',0,0,0,0,0,0,X'FDC195CB2E3E3A1838B4B47907B0C588D9FFEBEBECA92F6346C9A449B99D5957');
INSERT INTO "audit_rules" VALUES(2,'confidentiality.no-disclosure',0,1,0,0,0,2,NULL);
INSERT INTO "audit_rules" VALUES(2,'contracts.delivery-in-full',41,1,0,1,0,0,NULL);
INSERT INTO "audit_rules" VALUES(2,'wholesale.calls-per-day',0,0,0,0,0,0,X'FDA98C2AE51C5EE5C9FE73E79896857F15ED9F0BD860580E8971AFE8B5DC5D6F');
INSERT INTO "audit_rules" VALUES(2,'wholesale.monthly-report',0,0,0,0,0,0,X'FDC195CB2E3E3A1838B4B47907B0C588D9FFEBEBECA92F6346C9A449B99D5957');
CREATE TABLE audits (
        number integer primary key, id text not null unique, organisation text not null, period_from text not null,
        period_to text not null, as_of text not null, engine text not null, rulebook_digest text not null,
        data_digest text not null, digest text not null);
INSERT INTO "audits" VALUES(1,'first','Northgate Trading House','2026-01-01T00:00:00','2026-04-01T00:00:00','2026-04-01T18:30:00','duckdb','9b74c9897bac770ffc029102a200c5de','0cc175b9c0f1b6a831c399e269772661','9c46cd56dfba0d2cdefa08cce23c6966ee3d5ff80ffe0d5c45cc321db4379d04');
INSERT INTO "audits" VALUES(2,'second','Northgate Trading House','2026-01-01T00:00:00','2026-04-01T00:00:00','2026-04-02T18:30:00','duckdb','9b74c9897bac770ffc029102a200c5de','0cc175b9c0f1b6a831c399e269772661','e422d2cc8147c331b2817ec5abdc51cb2fcd653be0336115369b2d4efaa9a3bb');
CREATE TABLE findings (
        id text primary key, rule text not null, bearer text, first_audit integer not null) without rowid;
INSERT INTO "findings" VALUES('5e9001d4b2f0','wholesale.monthly-report','e-21',1);
INSERT INTO "findings" VALUES('77c1d30099ab','wholesale.discount-within-authority','e-21',1);
INSERT INTO "findings" VALUES('c1218aa77','wholesale.calls-per-day','e-18',1);
INSERT INTO "findings" VALUES('d15c105edd00','confidentiality.no-disclosure','e-30',1);
INSERT INTO "findings" VALUES('de11e4ed0000','contracts.delivery-in-full','e-31',1);
CREATE TABLE incident_findings (
        finding text not null, incident text not null, primary key (finding, incident)) without rowid;
INSERT INTO "incident_findings" VALUES('5e9001d4b2f0','3a7e4e9047aa');
INSERT INTO "incident_findings" VALUES('77c1d30099ab','4d15c0947e11');
INSERT INTO "incident_findings" VALUES('c1218aa77','2b00b1e50001');
INSERT INTO "incident_findings" VALUES('d15c105edd00','5ec4e700aaaa');
INSERT INTO "incident_findings" VALUES('de11e4ed0000','6de11e4ed000');
CREATE TABLE incidents (id text primary key, first_audit integer not null) without rowid;
INSERT INTO "incidents" VALUES('2b00b1e50001',1);
INSERT INTO "incidents" VALUES('3a7e4e9047aa',1);
INSERT INTO "incidents" VALUES('4d15c0947e11',2);
INSERT INTO "incidents" VALUES('5ec4e700aaaa',2);
INSERT INTO "incidents" VALUES('6de11e4ed000',2);
CREATE TABLE stories (digest blob primary key, body text not null);
INSERT INTO "stories" VALUES(X'FDA98C2AE51C5EE5C9FE73E79896857F15ED9F0BD860580E8971AFE8B5DC5D6F','{"id":"wholesale.calls-per-day","title":"At least 30 calls every working day","severity":"minor","clause":"client-search-manager/3.1/6","clause_text":"Makes no fewer than thirty outbound calls to main and potential clients a day.","document":"Job description: client search manager","remedy":"Agree a call plan for the coming week; the head of department checks it daily.","assumed":["wholesale.calls_per_day"],"asks":"where: kind = ''call'' and direction = ''outbound''; measure: count"}');
INSERT INTO "stories" VALUES(X'FDC195CB2E3E3A1838B4B47907B0C588D9FFEBEBECA92F6346C9A449B99D5957','{"id":"wholesale.monthly-report","title":"The month''s report is handed in by the 3rd","severity":"moderate","clause":"client-search-manager/3.4/2","clause_text":"Hands in the report for the month that ended by the third day of the month after.","document":"Job description: client search manager","remedy":"Hand the report in now, and put the date into the calendar of the department.","assumed":[],"asks":null}');
INSERT INTO "stories" VALUES(X'CBA4C86E3A948B8F2CE37B2F5F87A91E5E9CB4C819054783A2423BB2B666EC53','{"id":"d15c105edd00","rule":"confidentiality.no-disclosure","verdict":"breached","how":"forbidden","bearer":{"id":"e-30","name":"<script>alert(''x'')</script>","position":"clerk"},"responsible":{"id":"e-30","name":"<script>alert(''x'')</script>","position":"clerk"},"department":"Warehouse & Dispatch","window":null,"record":{"table":"messages","key":"m-88"},"measured":null,"required":null,"message":"<script>alert(''x'')</script> sent a price list to buyer@example.com","cause":null,"arithmetic":null,"because":null,"at":"2026-03-20T16:45:12.250000","due":null,"days_late":null,"evidence":[{"table":"messages","key":"m-88","columns":{"message_id":"m-88","sent_at":"2026-03-20 16:45:12.250","sender_id":"e-30","recipient":"buyer@example.com","subject":"<b>Prices</b> & terms"}}]}');
INSERT INTO "stories" VALUES(X'44DFE56ACD42D2C9C8B0CDE0CFAD7EE2AE8E93E530CBE817322633DC07736B31','{"id":"de11e4ed0000","rule":"contracts.delivery-in-full","verdict":"breached","how":"partial","bearer":{"id":"e-31","name":"=HYPERLINK(\"http://example.com\")","position":null},"responsible":{"id":"e-31","name":"=HYPERLINK(\"http://example.com\")","position":null},"department":"Warehouse & Dispatch","window":null,"record":{"table":"obligations","key":"o-3"},"measured":"1250.25","required":"1300.00","message":"1,250.25 of 1,300 kg delivered by 2026-03-25","cause":null,"arithmetic":null,"because":null,"at":"2026-03-25T00:00:00","due":"2026-03-26T00:00:00","days_late":0,"evidence":[]}');
INSERT INTO "stories" VALUES(X'76FE8155283E966ED7B366AB8A5DEF9CD0C45EE434C111B05B7E6D0B9EA89D46','{"id":"c1218aa77","rule":"wholesale.calls-per-day","verdict":"breached","how":"short","bearer":{"id":"e-18","name":"Ole Lindqvist","position":"client search manager"},"responsible":{"id":"e-18","name":"Ole Lindqvist","position":"client search manager"},"department":"Sales North","window":{"from":"2026-03-12T00:00:00","to":"2026-03-13T00:00:00"},"record":null,"measured":29,"required":30,"message":"29 of 30 calls on 2026-03-12","cause":null,"arithmetic":"count of outbound calls = 29; at least 30; 1 missing","because":null,"at":"2026-03-12T00:00:00","due":"2026-03-13T00:00:00","days_late":null,"evidence":[{"table":"activities","key":"a-12-1"},{"table":"activities","key":"a-12-2"},{"table":"activities","key":"a-12-3"},{"table":"activities","key":"a-12-4"},{"table":"activities","key":"a-12-5"},{"table":"activities","key":"a-12-6"},{"table":"activities","key":"a-12-7"},{"table":"activities","key":"a-12-8"},{"table":"activities","key":"a-12-9"},{"table":"activities","key":"a-12-10"},{"table":"activities","key":"a-12-11"},{"table":"activities","key":"a-12-12"},{"table":"activities","key":"a-12-13"},{"table":"activities","key":"a-12-14"},{"table":"activities","key":"a-12-15"},{"table":"activities","key":"a-12-16"},{"table":"activities","key":"a-12-17"},{"table":"activities","key":"a-12-18"},{"table":"activities","key":"a-12-19"},{"table":"activities","key":"a-12-20"},{"table":"activities","key":"a-12-21"},{"table":"activities","key":"a-12-22"},{"table":"activities","key":"a-12-23"},{"table":"activities","key":"a-12-24"},{"table":"activities","key":"a-12-25"},{"table":"activities","key":"a-12-26"},{"table":"activities","key":"a-12-27"},{"table":"activities","key":"a-12-28"},{"table":"activities","key":"a-12-29"}]}');
INSERT INTO "stories" VALUES(X'185089B533E38F2536028B68F45C67B8695C0E5612B6808D76C97F8CF8DD0F7D','{"id":"77c1d30099ab","rule":"wholesale.discount-within-authority","verdict":"breached","how":"over","bearer":{"id":"e-21","name":"Мария Ивановна Кузнецова-Заболоцкая","position":"client search manager"},"responsible":{"id":"e-21","name":"Мария Ивановна Кузнецова-Заболоцкая","position":"client search manager"},"department":"Sales South","window":null,"record":{"table":"order_lines","key":"10250 / 51"},"measured":"15.5","required":"10","message":"a discount of 15.5 % on order line 10250 / 51, authority 10 %","cause":null,"arithmetic":"discount 15.5 > 10 (level: manager, quantity 35); no approval at or before 2026-03-09 11:02","because":null,"at":"2026-03-09T11:02:00","due":null,"days_late":null,"evidence":[{"table":"order_lines","key":"10250 / 51","columns":{"order_id":"10250","product_id":"51","discount":"15.5","quantity":"35"}}]}');
INSERT INTO "stories" VALUES(X'BD9B0EB528FDF1BEF23BE0B3D30EB5D7FAAC9F37F56CB9AB99317D293806A595','{"id":"5e9001d4b2f0","rule":"wholesale.monthly-report","verdict":"breached","how":"late","bearer":{"id":"e-21","name":"Мария Ивановна Кузнецова-Заболоцкая","position":"client search manager"},"responsible":{"id":"e-40","name":"Henrik \u001b[31mBraun","position":"head of department"},"department":"Sales South","window":{"from":"2026-02-01T00:00:00","to":"2026-03-01T00:00:00"},"record":null,"measured":null,"required":null,"message":"the report for 2026-02 came on 2026-03-05, due 2026-03-03","cause":null,"arithmetic":"due 2026-03-03 24:00; done 2026-03-05 18:20; 2 days late","because":null,"at":"2026-03-05T18:20:00","due":"2026-03-04T00:00:00","days_late":2,"evidence":[{"table":"reports","key":"r-2026-02-e-21"}]}');
INSERT INTO "stories" VALUES(X'FC79A0ADC89CC4A89787EDA6D6CE0B29715D5AD274B7AE5C3ADD05C0F96136C6','{"id":"2b00b1e50001","rules":["wholesale.calls-per-day"],"grade":"observation","severity":"minor","responsible":{"id":"e-18","name":"Ole Lindqvist","position":"client search manager"},"department":"Sales North","findings":["c1218aa77"],"steps":[{"factor":"newcomer","from":"minor","to":"observation","because":"employed for 61 days, under 6 months"}],"measures":[],"limitation":{"discovered":"2026-04-01","last_day":null}}');
INSERT INTO "stories" VALUES(X'78BCEBF5A205CDF3E12350262057F47B216849EF9153590D272826436DA640FF','{"id":"3a7e4e9047aa","rules":["wholesale.monthly-report"],"grade":"moderate","severity":"moderate","responsible":{"id":"e-40","name":"Henrik \u001b[31mBraun","position":"head of department"},"department":"Sales South","findings":["5e9001d4b2f0"],"steps":[{"factor":"responsible","from":"moderate","to":"moderate","because":"e-21 never signed version 2; e-40 had to obtain the signature"}],"measures":[],"limitation":{"discovered":"2026-03-04","last_day":"2026-03-31"}}');
INSERT INTO "stories" VALUES(X'604DA80E6EAE40B7C21700592708269234175F290BAEAE6F0361F83F85BA0265','{"id":"4d15c0947e11","rules":["wholesale.discount-within-authority"],"grade":"serious","severity":"serious","responsible":{"id":"e-21","name":"Мария Ивановна Кузнецова-Заболоцкая","position":"client search manager"},"department":"Sales South","findings":["77c1d30099ab"],"steps":[],"measures":[{"measure":"reprimand","liability":"disciplinary","basis":"Labour Code, article 192","ceiling":"one measure for one breach","capped":false}],"limitation":{"discovered":"2026-04-01","last_day":"2026-05-01"}}');
INSERT INTO "stories" VALUES(X'0EAFF8B011AEF0FC6DCB08FA120FF3E0CDD8CA910AF6A99DA1FC8CC05CE988E2','{"id":"5ec4e700aaaa","rules":["confidentiality.no-disclosure"],"grade":"critical","severity":"critical","responsible":{"id":"e-30","name":"<script>alert(''x'')</script>","position":"clerk"},"department":"Warehouse & Dispatch","findings":["d15c105edd00"],"steps":[{"factor":"harm","from":"critical","to":"critical","because":"a client was harmed; the grade stands at the top already"}],"measures":[{"measure":"dismissal","liability":"disciplinary","basis":"Labour Code, article 81(6)(c)","ceiling":"the gravest measure","capped":false}],"limitation":{"discovered":"2026-04-01","last_day":"2026-05-01"}}');
INSERT INTO "stories" VALUES(X'53AA2B5315DD9E84CC878926311EC3C70CDD941D753EB69CAB8BDBF330F2BFEB','{"id":"6de11e4ed000","rules":["contracts.delivery-in-full"],"grade":"minor","severity":"moderate","responsible":{"id":"e-31","name":"=HYPERLINK(\"http://example.com\")","position":null},"department":"Warehouse & Dispatch","findings":["de11e4ed0000"],"steps":[{"factor":"cured","from":"moderate","to":"minor","because":"the rest came inside the days of grace"}],"measures":[],"limitation":{"discovered":null,"last_day":null}}');
CREATE VIEW discovered as
        select first.finding, audits.as_of, audits.id as audit
        from (select finding, min(audit) as audit from audit_findings
              where verdict in ('breached', 'excused') group by finding) as first
        join audits on audits.number = first.audit;
COMMIT;
pragma application_id = 1146442841;
pragma user_version = 1;
