-- Whose lamps a phone may watch: see presence.py. MARK, VERSION, PHONE and CONTACT are filled in there.

-- What was subscribed before the triggers were there is forgotten.
delete from sip_subscriptions
  where not exists (select 1 from sqlite_master where name='dialform_publish_VERSION');

-- Only a phone of the domain that is watched, and only lamps and waiting messages.
create trigger if not exists dialform_subscribe_VERSION before insert on sip_subscriptions
  when new.event not in ('dialog','message-summary') or not exists (select 1 PHONE(new))
  begin select raise(ignore); end;

-- A lamp: a second row under the marked domain, which calls are told by; the first is for the first NOTIFY
-- alone, and no event has a name with a blank.
create trigger if not exists dialform_subscribed_VERSION after insert on sip_subscriptions
  begin
    insert into sip_subscriptions
      (proto,sip_user,sip_host,sub_to_user,sub_to_host,presence_hosts,event,contact,call_id,full_from,
       full_via,expires,user_agent,accept,profile_name,hostname,network_port,network_ip,version,
       orig_proto,full_to)
      select new.proto,new.sip_user,new.sip_host,new.sub_to_user,lower(new.sub_to_host)||'MARK',
       new.presence_hosts,new.event,CONTACT,new.call_id,new.full_from,new.full_via,new.expires,
       new.user_agent,new.accept,new.profile_name,new.hostname,new.network_port,new.network_ip,
       new.version,new.orig_proto,new.full_to
      where new.proto='sip' and new.event='dialog' and instr(new.sub_to_host,'MARK')=0;
    update sip_subscriptions set contact=CONTACT,
      event=case when new.proto='sip' and new.event='dialog' and instr(new.sub_to_host,'MARK')=0
        then 'dialog ' else event end
      where rowid=new.rowid;
  end;

create trigger if not exists dialform_renew_VERSION before update of contact on sip_subscriptions
  when not exists (select 1 PHONE(old))
  begin select raise(ignore); end;

create trigger if not exists dialform_renewed_VERSION after update of contact on sip_subscriptions
  begin update sip_subscriptions set contact=CONTACT where rowid=new.rowid; end;

-- A NOTIFY with an older version than the last one counts for nothing (RFC 4235, 4.1.1).
create trigger if not exists dialform_version_VERSION after update of version on sip_subscriptions
  when new.event='dialog'
  begin
    update sip_subscriptions set version=new.version where call_id=new.call_id and event='dialog ';
  end;

create trigger if not exists dialform_seize_VERSION before insert on sip_dialogs
  when new.call_info_state='seized'
  begin select raise(ignore); end;

-- Whose call it is says our own mark, never From. Who is at the other end is said to nobody.
create trigger if not exists dialform_call_VERSION after insert on sip_dialogs
  when new.presence_id not like '%@%MARK'
  begin
    update sip_dialogs set sip_from_user='',sip_from_host='',presence_id='' where rowid=new.rowid;
  end;

create trigger if not exists dialform_called_VERSION after insert on sip_dialogs
  when new.presence_id like '%@%MARK'
  begin
    update sip_dialogs set presence_id=new.presence_id where rowid=new.rowid;
  end;

create trigger if not exists dialform_named_VERSION after update of presence_id on sip_dialogs
  when new.presence_id like '%@%MARK'
  begin
    update sip_dialogs set
      sip_from_user=substr(new.presence_id,1,instr(new.presence_id,'@')-1),
      sip_from_host=substr(new.presence_id,instr(new.presence_id,'@')+1),
      presence_id=replace(new.presence_id,'MARK',''),
      sip_to_user='anonymous',
      contact=''
      where rowid=new.rowid;
  end;

-- Only PUBLISH writes here, and nobody is asked for a password.
create trigger if not exists dialform_publish_VERSION before insert on sip_presence
  begin select raise(ignore); end;
