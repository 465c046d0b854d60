-- What was issued on a day, for the issuing officers.
create index licence_issued_on on licence (issued_on, authority_code) where issued_on is not null;
