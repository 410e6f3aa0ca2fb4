"""The messy extracts that are text: name of the file -> encoding and content."""

from __future__ import annotations

ORACLE = """\
Person Number,Assignment Number,Primary Flag,Assignment Status,Person Type,Legal Employer,\
Department,Grade,Effective Start Date,Effective End Date
10481,E10481,Y,Active,Employee,Sample City Council,Oak Hse,G4,01-Apr-2019,31-Dec-4712
10482,E10482,Y,Active,Employee,Sample City Council,Oak Hse,G4,01-Apr-2019,31-Mar-2024
10482,E10482,Y,Active,Employee,Sample City Council,Oak Hse,G5,01-Apr-2024,31-Dec-4712
10482,E10482-2,N,Suspended - Payroll Eligible,Casual,Sample City Council,Oak Hse,G4,\
01-Jun-2023,31-Dec-4712
10483,E10483,Y,Active,Employee,Sample City Council,Strategy,G9,01-Apr-2020,31-Dec-4712
10483,E10483,Y,Active,Employee,Sample City Council,Strategy,G10,01-Jan-2025,31-Dec-4712
10484,E10484,Y,Active,Employee,Sample City Council,Strategy,G9,01-Apr-2020,31-Jan-2025
10484,E10484,Y,Active,Employee,Sample City Council,Strategy,G9,01-Jun-2025,31-Dec-4712
10485,E10485,Y,Active,Employee,Sample City Council,Strategy,G7,01-May-2025,31-Dec-4712
10486,E10486,Y,Active,Employee,Sample City Council,Strategy,G7,01-Apr-2022,01-Apr-2021
10487,E10487,Y,Active,Secondee In,Neighbouring Trust,Strategy,,01-Apr-2023,31-Dec-4712
10487,E10487-S,N,Active,Secondee,Neighbouring Trust,Strategy,,01-Apr-2023,31-Dec-4712
10488,E10488,Y,Active,Employee,Sample City Council,Strategy,G17,01-Apr-2023,31-Dec-4712
"""

ATS = """\
Application ID;Vacancy Ref;Job Title;Candidate ID;Candidate Name;Status;Status Date;Date Applied;\
Internal?;Gender;Ethnicity;Disability;DCS;Source;Closing Date
1;CC/24/0613A;Social Worker (x4);88213;Example, Robin;Rejected - Interview;2024-07-02 09:14;\
2024-06-10;Y;Prefer to self-describe: words;;Yes;Yes;Indeed;2024-06-21
2;CC/24/0613A;Social Worker (x4);88214;Example, Sam;Hired;2024-07-20 10:00;2024-06-12;N;Female;\
White British;No;No;Indeed;2024-06-21
3;CC/24/0613A;Social Worker (x4);88215;Example, Kit;Rejected;2024-06-20 10:00;2024-06-12;N;Male;\
Indian or British Indian;No;No;Council site;2024-06-21
4;CC/24/0613A;Social Worker (x4);88215;Example, Kit;Withdrawn;2024-06-25 10:00;2024-06-20;N;Male;\
Indian or British Indian;No;No;Council site;2024-06-21
5;CC/24/0613B;Social Worker (x2);88216;Example, Jo;Rejected - Shortlisting;2024-08-12 10:00;\
2024-08-30;N;Female;BAME;No;No;"Indeed;
mobile";2024-08-21
6;CC/24/0613B;Social Worker (x2);88217;Example, Max;Talent Pool;2024-09-12 10:00;\
2024-08-10;N;Female;\
Black African;No;No;Indeed;2024-08-21
7;CC/24/0613B;Social Worker (x2);;ANONYMISED;Rejected - Shortlisting;2024-08-25 10:00;\
2024-08-10;N;;;\
;;;2024-08-21
8;TEST/24/001;TEST do not apply;88999;Test, Test;Hired;2024-08-25 10:00;2024-08-10;N;Female;\
White British;No;No;;2024-08-21
9;CC/24/0613B;Social Worker (x2);88218;Example, Ash;Incomplete;2024-08-12 10:00;\
2024-08-12;N;Female;\
White British;No;No;;2024-08-21
10;CC/24/0999;Planner;88219;Example, Val;Sent to panel Zebra;2024-08-12 10:00;2024-08-12;N;Female;\
White British;No;Maybe;;2024-08-21
"""

VACANCIES = """\
vacancy_id,parent_vacancy_id,opened_on,closed_on,posts,outcome,unit_id,grade,route,name_blind
CC/24/0613A,,2024-06-01,2024-06-21,4,Part Filled,Oak Hse,G9,External,Y
CC/24/0613B,CC/24/0613A,2024-08-01,2024-08-21,2,Not Filled,Oak Hse,G9,External,Y
CC/24/0700,CC/24/0700,2024-09-21,2024-09-01,1,Cancelled?,Nowhere,G9,Sideways,perhaps
CC/24/0701,CC/24/0602,2024-09-01,2024-09-21,one,Filled,Strategy,G9,Internal,N
"""

PANELS = """\
Vacancy,Chair,Panel 2,Panel 3
CC/24/0613A,jane.testperson@sample.example,sam.testperson@sample.example,tbc / Cllr Invented
CC/24/0613B,jane.testperson@sample.example,jane.testperson@sample.example,tbc
CC-24-613,kit.testperson@sample.example,K Testperson,
"""

LEARNING = """\
User,Course,Status,Completed,Expires
JANE.TESTPERSON@SAMPLE.EXAMPLE,Recruitment & Selection v2 (refresher),Attended,13/02/24,
sam.testperson@sample.example,Recruitment and Selection,Completed,02/14/24,
kit.testperson@sample.example,R&S e-learning,Booked,,
lee.testperson@sample.example,R&S e-learning,DNA,,
lee.testperson@sample.example,R&S e-learning,Zoomed,03/04/24,
pat.testperson@sample.example,R&S e-learning,Completed,,
"""

KEYS = """\
person_id,key_type,key
000481,email,jane.testperson@sample.example
000482,email,sam.testperson@sample.example
000483,email,kit.testperson@sample.example
000484,pigeon,loft 12
000999,email,lee.testperson@sample.example
"""

FORMS = """\
ID,Start time,Email,Name,Directorate?,Which networks?,I am proud to work here,Comments
7,3/12/24 9:14:00,anonymous,,Place,Race;LGBTQ+;,5 - Strongly agree,
8,3/12/24 9:20:00,anonymous,,Prefer not to say,,1 - Strongly disagree,"A comment
on two lines"
9,3/12/24 9:31:00,robin.example@sample.example,Robin Example,Place,Race;,4 - Agree,
9,3/12/24 9:31:00,anonymous,,Place,,4 - Agree,
"""

QUALTRICS = """\
StartDate,Status,IPAddress,Progress,Finished,ResponseId,Q1_1,Q1_2,Directorate,Ethnicity
Start Date,Response Type,IP Address,Progress,Finished,Response ID,I am proud - x,\
I would recommend - x,\
Where do you work?,Ethnic group
"{""ImportId"":""startDate""}","{""ImportId"":""status""}","{""ImportId"":""ipAddress""}",\
"{""ImportId"":""progress""}","{""ImportId"":""finished""}","{""ImportId"":""_recordId""}",\
"{""ImportId"":""QID1_1""}","{""ImportId"":""QID1_2""}","{""ImportId"":""QID2""}",\
"{""ImportId"":""QID3""}"
2024-03-12 09:00:00,Survey Preview,192.0.2.1,100,True,R_test0000000001,5,5,Place,White British
2024-03-12 09:10:00,IP Address,192.0.2.2,100,True,R_test0000000002,4,4,Place,Indian
2024-03-12 09:20:00,IP Address,192.0.2.3,40,False,R_test0000000003,4,,Place,
2024-03-12 09:30:00,IP Address,192.0.2.4,100,True,R_test0000000004,2,3,People,Martian
"""

GRID = """\
ID,Collector,Where do you work?,How far do you agree?,,Race network?
,,,I am proud to work here,My manager listens,
101,Web,Place,5 - Strongly agree,4 - Agree,No
102,Paper,People,1 - Strongly disagree,2 - Disagree,Yes
103,Fax,People,3 - Neither,3 - Neither,No
"""

MAILING = """\
Network;Email;Name;Month;Role
Race;jane.testperson@sample.example;Testperson-A;2025-02-28;Member
Race;jane.testperson@sample.example;Testperson-A;2025-03-31;Member
Race;race.network@sample.example;Race Network (shared mailbox);2025-03-31;Member
LGBTQ+;sam.testperson@sample.example;Testperson-B;2025-03-31;Co-chair
LGBTQ+;left.years.ago@sample.example;Testperson-Y;2025-03-31;Figurehead
"""

NETWORK_COUNTS = """\
network,month,members,joiners,leavers,attendances,unique_attendees
Race,2025-01,41,2,1,12,15
Race,2025-01,41,2,1,12,10
Race,Feb 2025,42,1,0,9,9
Women,March,60,4,,,
Women,2025-03,-1,4,,,
"""

NETWORK_EVENTS = """\
event_id,network,held_on,kind,in_work_time
1,Race,14 February 2025,Meeting,Y
2,Race,2025-02-28,Talk,Yes
3,Race,14-Mar-25,Other,0
"""

ATTENDANCE = """\
event_id,person_id
1,000481
1,guest with no number
4,000482
"""

PAYROLL = """\
Payroll Number\tEmployee Name\tPost Ref\tPeriod Start\tPeriod End\tElement\tAmount\tHours
000481\tTestperson-A\tP01177\t2025-03-01\t2025-03-31\tBasic Pay\t1,971.33\t160.33
000482\tTestperson-B\tP01178\t2025-03-03\t2025-03-30\tBasic Pay\t£1,820.00\t148
000482\tTestperson-B\tP01178\t2025-03-03\t2025-03-30\tArrears of Pay Award\t-212.40\t-12
000483\tTestperson-C\tP01179\t2025-03-01\t2025-03-31\tMileage\t44.10\t
000483\tTestperson-C\tP01179\t2025-03-01\t2025-03-31\tMarket Supplement\t120.00\t
000484\tTestperson-D\tP01180\t2025-03-01\t2025-03-31\tElection Fees\t300.00\t
000484\tTestperson-D\tP01180\t2025-03-01\t2025-03-31\tLease Car Wizardry\t5%\t
000485\tTestperson-E\tP01181\t2025-03-31\t2025-03-01\tBasic Pay\tn/k\t200
"""

GRADES = """\
scheme,grade,order,band,is_senior
NJC,G2,2,Grades 1 to 4,N
NJC,G4,4,Grades 1 to 4,N
NJC,G5,5,Grades 5 to 7,N
NJC,G7,7,Grades 5 to 7,N
NJC,G9,9,Grades 8 to 10,N
NJC,G10,10,Grades 8 to 10,N
Soulbury,SB1,,Not on the ladder,N
TUPE from the NHS,SPOT,,Not on the ladder,N
Spot salaries,SPOT,,Chief officers,Y
Youth,Y3,third,Not on the ladder,N
"""

UNITS = """\
unit_id,name,parent_id,level,valid_from,valid_to,succeeded_by
ASC,Adult Social Care,,1,2015-04-01,,
Oak Hse,Oak House,ASC,2,2015-04-01,,
Strategy,Place Strategy,Strategy,2,2023-04-01,2022-03-31,
People,People Directorate,,1,2015-04-01,2021-03-31,Nowhere Else
"""

EVENTS = """\
person_id;event;case_id;formal;opened_on;ended_on;outcome
000481;Disciplinary;C1;Y;05/06/2024;03/05/2024;No case to answer
000482;Grievance;C2;Y;24/05/2024;;"Upheld; in part"
000482;Grievance;C2;Y;24/05/2024;;"Upheld; in part"
000483;Séance;C3;maybe;22/03/2024;;
000484;Leaving;C4;N;06/07/2024;;;spilt
000485;Grievance;C5;Y;14/03/2024;;Upheld
"""

STAFF_NAMES = """\
person_id,surname,date of birth,home postcode,post_id,is_main_post,engagement,\
employer_unit,ethncity,sex
000491,Testperson-L,1980-02-29,ZZ1 1ZZ,P02001,Y,employee,council,W1,F
000492,Testperson-M,1875-01-01,ZZ1 1ZZ,P02002,Y,employee,council,W1,M
000493,Testperson-N,,ZZ1 1ZZ,P02003,Y,employee,council,W1,M
"""

WORKS_TRUST = """\
snapshot_date,person_id,post_id,is_main_post,engagement,employer_unit,unit_id,joined_on,ended_on,\
post_started_on,full_time_hours,contracted_hours,home_area,age,Gender
2025-03-31,000495,P03001,Y,Perm,School,Oak Hse,2020-01-13,2019-01-13,2020-01-13,37,40,Coventry,7,F
2025-03-31,000496,P03002,Y,Perm,Trust,Oak Hse,2025-06-13,2025-03-14,2018-01-13,37,37,E08000026,34,M
2025-03-31,000496,P03002,N,Perm,Company,Oak Hse,2020-01-13,,2020-01-13,37,37,E08000026,34,M
"""

TEXTS: dict[str, tuple[str, str]] = {
    "assignments.csv": ("utf-8", ORACLE),
    "applicant_tracking.csv": ("utf-8", ATS),
    "vacancies.csv": ("utf-8-sig", VACANCIES),
    "panels.csv": ("utf-8", PANELS),
    "learning.csv": ("utf-8", LEARNING),
    "people_keys.csv": ("utf-8", KEYS),
    "survey_forms.csv": ("utf-8-sig", FORMS),
    "survey_qualtrics.csv": ("utf-8", QUALTRICS),
    "survey_grid.csv": ("utf-8", GRID),
    "mailing_lists.csv": ("utf-16-le", "\ufeff" + MAILING),
    "network_counts.csv": ("utf-8", NETWORK_COUNTS),
    "network_events.csv": ("utf-8", NETWORK_EVENTS),
    "network_attendance.csv": ("utf-8", ATTENDANCE),
    "payroll_elements.txt": ("cp1252", PAYROLL),
    "grades.csv": ("utf-8", GRADES),
    "units.csv": ("utf-8", UNITS),
    "casework.csv": ("cp1252", EVENTS),
    "staff_with_names.csv": ("utf-8", STAFF_NAMES),
    "works_trust.csv": ("utf-8", WORKS_TRUST),
    "empty.csv": ("utf-8", ""),
    "header_only.csv": ("utf-8", "unit_id,planned_on,actual_on,order\n"),
}
