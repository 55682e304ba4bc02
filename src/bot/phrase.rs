//! Everything the bot says, in each of its languages: one table, from which no language can be left out.

use super::language::Language;

macro_rules! phrases {
    ($( $name:ident { en: $en:literal, ru: $ru:literal } )+) => {
        /// Something the bot says; `{name}` stands for a word that is put in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each is told by its own words below")]
        pub enum Phrase { $( $name, )+ }

        impl Phrase {
            /// All of them.
            pub const ALL: &'static [Self] = &[ $( Self::$name, )+ ];

            /// In a language.
            #[must_use]
            pub fn of(self, language: Language) -> &'static str {
                match (self, language) {
                    $(
                        (Self::$name, Language::En) => $en,
                        (Self::$name, Language::Ru) => $ru,
                    )+
                }
            }
        }
    };
}

phrases! {
    // The menu.
    MenuPosts { en: "Posts, newest first; add words to search", ru: "Посты, новые сверху; добавьте слова для поиска" }
    MenuPreview { en: "Look at a post as readers will see it", ru: "Показать пост, каким его увидят" }
    MenuPublish { en: "Publish a post", ru: "Опубликовать пост" }
    MenuSchedule { en: "Schedule a post: /schedule post tomorrow 09:00", ru: "Запланировать: /schedule post завтра 09:00" }
    MenuQueue { en: "What waits, the next first", ru: "Очередь, ближайшие сверху" }
    MenuCancel { en: "Take a post off the schedule", ru: "Снять пост с очереди" }
    MenuUpdate { en: "Edit a published post as its file says", ru: "Исправить опубликованное по файлу" }
    MenuDelete { en: "Delete a published post", ru: "Удалить опубликованное" }
    MenuStatus { en: "What went out, what waits, what needs you", ru: "Что вышло, что ждёт, где нужно решение" }
    MenuPause { en: "Stop everything, or one channel, at once", ru: "Остановить всё или один канал" }
    MenuResume { en: "Let it go on", ru: "Возобновить публикации" }
    MenuChannels { en: "The channels and the bot's rights", ru: "Каналы и права бота" }
    MenuCheck { en: "What is wrong with the files", ru: "Что не так в файлах" }
    MenuHelp { en: "What I can do", ru: "Что я умею" }

    // Greetings.
    Hello {
        en: "I publish what stands in the files of this newsroom. You are {role} here.",
        ru: "Я публикую то, что лежит в файлах редакции. Ваша роль — {role}."
    }
    Editor { en: "an editor", ru: "редактор" }
    Publisher { en: "a publisher", ru: "выпускающий" }
    Admin { en: "an administrator", ru: "администратор" }
    UnknownCommand { en: "I do not know that. /help tells what I can do.", ru: "Такой команды нет. /help — что я умею." }
    NotYours { en: "Your role does not allow that. Ask {who}.", ru: "Ваша роль этого не позволяет. Обратитесь {who}." }
    AskPublisher { en: "a publisher", ru: "к выпускающему" }
    AskAdmin { en: "an administrator", ru: "к администратору" }

    // Lists.
    NoPosts { en: "There are no posts yet.", ru: "Постов пока нет." }
    NoneFound { en: "Nothing found.", ru: "Ничего не нашлось." }
    PostsOf { en: "Posts {from}–{to} of {all}", ru: "Посты {from}–{to} из {all}" }
    Range { en: "{from}–{to} of {all}", ru: "{from}–{to} из {all}" }
    All { en: "All", ru: "Все" }
    Waiting { en: "Waiting", ru: "Ждут" }
    PublishedOnes { en: "Published", ru: "Вышли" }
    Problems { en: "Problems", ru: "Проблемы" }
    QueueIsEmpty { en: "Nothing waits.", ru: "Очередь пуста." }
    AndMore { en: "… and {count} more", ru: "… и ещё {count}" }
    QueueOf { en: "What waits, the next first:", ru: "Очередь, ближайшие сверху:" }

    // States.
    StateNew { en: "not published", ru: "не опубликован" }
    StateDraft { en: "draft", ru: "черновик" }
    StateBroken { en: "the file has errors", ru: "в файле ошибки" }
    StateScheduled { en: "scheduled for {time}", ru: "запланирован на {time}" }
    StateDue { en: "about to go out", ru: "вот-вот выйдет" }
    StateWaitsAsked { en: "waits until {time}: Telegram asked to wait", ru: "ждёт до {time} по просьбе Telegram" }
    StateWaitsPaused { en: "waits because the channel is paused", ru: "ждёт, потому что канал остановлен" }
    StateWaitsStopped { en: "waits because everything is paused", ru: "ждёт, потому что остановлено всё" }
    StatePublishing { en: "going out, {sent} of {all} sent", ru: "выходит, отправлено {sent} из {all}" }
    StatePublished { en: "published {time}", ru: "опубликован {time}" }
    StateHeld { en: "held", ru: "задержан" }
    StateUncertain { en: "nobody knows whether it was sent", ru: "неизвестно, отправлен ли" }
    StateFailed { en: "refused by Telegram", ru: "Telegram отказал" }
    StateCancelling { en: "cancelled, but its outcome is not known yet", ru: "отменён, но пока неизвестно, отправлен ли" }
    StateCancelled { en: "cancelled", ru: "отменён" }
    StateDeleted { en: "deleted", ru: "удалён" }
    StateWillSchedule { en: "the file names {time}", ru: "в файле указано {time}" }
    FileDiffers { en: "The file says something else than the published message.", ru: "Файл отличается от опубликованного." }
    OpenMessage { en: "open", ru: "открыть" }
    EditUnderWay { en: "an edit is under way", ru: "идёт правка" }
    DeletionUnderWay { en: "a deletion is under way", ru: "идёт удаление" }
    EditConflict { en: "a change could not be made: {why}", ru: "изменить не удалось: {why}" }
    PinConflict { en: "the pin could not be changed: {why}", ru: "закрепить или открепить не удалось: {why}" }
    EditUnanswered { en: "nobody knows whether a change was made", ru: "неизвестно, внесена ли правка" }

    // Why something is held.
    HeldMissed { en: "its time passed too long ago", ru: "время прошло слишком давно" }
    HeldCameLate { en: "it came after its time", ru: "файл появился, когда время выхода уже прошло" }
    HeldExpired { en: "it could not be sent for so long that it may be stale", ru: "не удавалось отправить так долго, что пост мог устареть" }
    HeldExhausted { en: "it was tried too often", ru: "слишком много попыток" }
    HeldFile { en: "its file was broken or gone when its time came", ru: "к сроку файл оказался сломан или исчез" }
    HeldChanged { en: "its file has changed since it was ordered, and it waits until somebody has looked at it as it is now", ru: "файл изменился после того, как пост поставили в очередь; он ждёт, пока кто-нибудь посмотрит новый вариант" }
    HeldApprovals { en: "approvals are missing", ru: "не хватает одобрений" }
    HeldChannel { en: "the channel refuses the bot; it goes on when the rights are given back", ru: "бота не пускают в канал; пост выйдет, когда права вернут" }
    HeldCatchUp { en: "more posts were missed than go out at once", ru: "пропущено больше постов, чем выпускается сразу" }
    HeldRestored { en: "the journal was restored from a backup; an administrator has to look at the server", ru: "журнал восстановлен из копии; администратору нужно зайти на сервер" }
    HeldMaybeMoved { en: "it may be {posts} under another name, or a copy. If it is that post, an administrator runs telepress move on the server. If it is another one, release it", ru: "возможно, это {posts} под другим именем или его копия. Если это тот же пост, администратор подтвердит это на сервере. Если другой, выпустите его" }
    HeldPerson { en: "somebody holds it", ru: "задержан вручную" }
    WaitsFor { en: "it links to {posts} and goes out after that", ru: "ссылается на {posts} и выйдет после" }
    WaitsTogether { en: "it begins together with its other channels", ru: "выходит вместе с другими каналами" }

    // What buttons say.
    Preview { en: "👁 Preview", ru: "👁 Показать" }
    Publish { en: "🚀 Publish", ru: "🚀 Опубликовать" }
    Propose { en: "💡 Propose it now", ru: "💡 Предложить сейчас" }
    Decline { en: "✖️ Decline", ru: "✖️ Отклонить" }
    Schedule { en: "🕒 Schedule", ru: "🕒 Запланировать" }
    NextSlot { en: "⏭ Next slot", ru: "⏭ Следующий слот" }
    Close { en: "✖️ Cancel", ru: "✖️ Отмена" }
    Back { en: "◀️ Back", ru: "◀️ Назад" }
    InAnHour { en: "In 1 h", ru: "Через час" }
    InThreeHours { en: "In 3 h", ru: "Через 3 часа" }
    Tonight { en: "Tonight 20:00", ru: "Сегодня 20:00" }
    TomorrowMorning { en: "Tomorrow 09:00", ru: "Завтра 09:00" }
    TakeOff { en: "🚫 Take off the schedule", ru: "🚫 Снять с очереди" }
    CancelIt { en: "🚫 Cancel the post", ru: "🚫 Отменить пост" }
    Move { en: "🕒 Another time", ru: "🕒 Другое время" }
    LetGo { en: "▶️ Let it go", ru: "▶️ Выпустить" }
    TryAgain { en: "🔁 Try again", ru: "🔁 Ещё раз" }
    Update { en: "✏️ Edit the message", ru: "✏️ Исправить сообщение" }
    Delete { en: "🗑 Delete", ru: "🗑 Удалить" }
    DeleteSure { en: "🗑 Delete…", ru: "🗑 Удалить…" }
    DeleteForAll { en: "🗑 Yes, delete for all readers", ru: "🗑 Да, удалить у всех" }
    ItIsMessage { en: "✅ It is message {id}", ru: "✅ Это сообщение {id}" }
    ItIsThere { en: "✅ It is there", ru: "✅ Есть в канале" }
    ItIsNot { en: "❌ It is not there", ru: "❌ В канале нет" }
    ItIsPinned { en: "✅ It is pinned", ru: "✅ Закреплено" }
    ItIsUnpinned { en: "✅ It is not pinned", ru: "✅ Уже не закреплено" }
    Skip { en: "⏩ Skip", ru: "⏩ Пропустить" }
    LeaveIt { en: "⏩ Leave it so", ru: "⏩ Оставить как есть" }
    OpenCard { en: "Open the card", ru: "Открыть карточку" }
    PauseIt { en: "⏸ Pause {what}", ru: "⏸ Остановить {what}" }
    ResumeIt { en: "▶️ Resume {what}", ru: "▶️ Возобновить {what}" }
    TakeBack { en: "↩️ Take it back", ru: "↩️ Вернуть как было" }
    DoItNow { en: "Do it now", ru: "Выполнить сейчас" }

    // Previews and questions.
    PreviewOf { en: "This is how {post} will look in {channel}.", ru: "Так {post} будет выглядеть в {channel}." }
    PreviewGauge { en: "{channel}: {characters} of {limit} characters, {messages}", ru: "{channel}: {characters} из {limit} знаков, {messages}" }
    OneMessage { en: "one message", ru: "одно сообщение" }
    Messages { en: "{count} messages", ru: "сообщений: {count}" }
    Silent { en: "without sound", ru: "без звука" }
    Pinned { en: "will be pinned", ru: "будет закреплён" }
    GoOut { en: "Let it go out?", ru: "Выпустить?" }
    DraftStays { en: "{post} is a draft and does not go out.", ru: "{post} — черновик, он не выйдет." }
    HalfSent { en: "{channel}: it was sent in part, and its file says something else by now. Delete it, then publish it again.", ru: "{channel}: он вышел частично, а файл с тех пор изменился. Удалите и опубликуйте заново." }
    WhenOut { en: "When? Or write: /schedule {post} tomorrow 09:00", ru: "Когда? Или напишите: /schedule {post} завтра 09:00" }
    HasChanged { en: "Something has changed since you looked at it. This is how it is now:", ru: "С тех пор, как вы смотрели, что-то изменилось. Теперь так:" }
    DeleteReally { en: "Really? {post} disappears from {channels} with its views and comments.", ru: "Точно? {post} исчезнет из {channels} вместе с просмотрами и комментариями." }
    DeleteQuestion { en: "Delete {post} from {channels} for all readers? This cannot be undone.", ru: "Удалить {post} из {channels} у всех читателей? Вернуть нельзя." }
    UpdateQuestion { en: "What will change in {channel}:", ru: "Что изменится в {channel}:" }
    NothingToUpdate { en: "{post} stands as its file says.", ru: "{post} опубликован так, как в файле." }
    NothingStands { en: "Nothing of {post} stands in a channel, so there is nothing to edit. This is how it stands:", ru: "{post} нигде не опубликован, исправлять нечего. Вот его состояние:" }
    NothingSeen { en: "{post}: readers would see no difference. What differs counts only when a message is sent.", ru: "{post}: читатели не увидят разницы. То, что отличается, важно только при отправке." }
    PreviewChanges { en: "The link preview changes.", ru: "Меняется предпросмотр ссылки." }
    PinChanges { en: "The pin changes.", ru: "Меняется закрепление." }
    NotKnownText { en: "(what this message shows is not known)", ru: "(что в этом сообщении, неизвестно)" }
    NextMessage { en: "next message", ru: "следующее сообщение" }
    WhichMessage { en: "Send me the link of the message in the channel, or its number.", ru: "Пришлите ссылку на сообщение в канале или его номер." }
    WhichPost { en: "Which post? Press its number, or write it, as in {example}", ru: "Какой пост? Нажмите его номер или напишите команду целиком, например: {example}" }
    NoneForCommand { en: "There is no post for {command} at the moment.", ru: "Сейчас нет постов, к которым подходит команда {command}." }
    NoSuchPost { en: "There is no post {post}.", ru: "Поста {post} нет." }
    DidYouMean { en: "Did you mean one of these?", ru: "Может быть, один из этих?" }
    NoSuchChannel { en: "There is no channel {channel}. There is: {channels}", ru: "Канала {channel} нет. Есть: {channels}" }

    Approve { en: "✅ Approve", ru: "✅ Одобрить" }
    LookAndApprove { en: "👁 Look and approve", ru: "👁 Посмотреть и одобрить" }
    ApprovalsSoFar { en: "{channel}: approved by {given} of {needed}", ru: "{channel}: одобрили {given} из {needed}" }
    Approved { en: "{post}: approved by {given} of {needed}.", ru: "{post}: одобрили {given} из {needed}." }
    ApprovedWhole { en: "{post} is approved.", ru: "{post} одобрен." }
    NotToApprove { en: "There is nothing of {post} for you to approve.", ru: "В {post} вам нечего одобрять." }
    WaitsForApprovals { en: "{post} → {channel}: approvals still needed: {count}.", ru: "{post} → {channel}: нужно ещё одобрений: {count}." }

    // What was done.
    PausedBy { en: "⏸ {who} paused {what}.", ru: "⏸ Отправка остановлена: {what} ({who})." }
    ResumedBy { en: "▶️ {who} resumed {what}.", ru: "▶️ Отправка возобновлена: {what} ({who})." }
    WaitsPaused { en: "⏸ {post} waits for {channel}, which is paused: it goes out when somebody resumes it.", ru: "⏸ {post} ждёт {channel}: канал остановлен, пост выйдет, когда канал возобновят." }
    WaitsStopped { en: "⏸ {post} waits for {channel}: everything is paused, and it goes out after /resume.", ru: "⏸ {post} ждёт {channel}: остановлено всё, пост выйдет после /resume." }
    ChangeWaitsPaused { en: "⏸ {channel} is paused: this is done when somebody resumes it.", ru: "⏸ {channel} остановлен: это будет сделано, когда канал возобновят." }
    ChangeWaitsStopped { en: "⏸ Everything is paused: this is done after /resume.", ru: "⏸ Остановлено всё: это будет сделано после /resume." }
    GoesOut { en: "{post} goes out to {channel}…", ru: "{post} выходит в {channel}…" }
    ScheduledFor { en: "{post} goes out to {channel} {time}{utc}.", ru: "{post} выйдет в {channel} {time}{utc}." }
    StandsAlready { en: "{post} stands in {channel} already.", ru: "{post} уже опубликован в {channel}." }
    NoSlot { en: "{channel} has no free slot.", ru: "В {channel} нет свободного слота." }
    NotPut { en: "{post} does not go to {channel}: {why}", ru: "{post} не выйдет в {channel}: {why}" }
    IsDraft { en: "it is a draft", ru: "это черновик" }
    WithdrawnWhy { en: "it was taken back there before", ru: "раньше его оттуда отозвали" }
    MayStandWhy { en: "some of it may stand there already. Look at the channel; publishing it again is for an administrator on the server", ru: "часть могла уже выйти. Посмотрите в канал; заново публикует администратор на сервере" }
    WaitsWhy { en: "something of it waits for a decision", ru: "по нему ждут решения" }
    FailedWhy { en: "Telegram refused it, and it has not changed since", ru: "Telegram отказал, и пост с тех пор не менялся" }
    TogetherWhy { en: "its editions begin together, and one of them is a draft", ru: "издания выходят вместе, а одно из них — черновик" }
    Cancelled { en: "{post} is off the schedule.", ru: "{post} снят с очереди." }
    CancelledUnknown { en: "{post} in {channel} is cancelled, but the outcome of {part} is not known yet: I am still looking for it. If I find it in the channel, you can delete it.", ru: "{post} в {channel} отменён, но пока неизвестно, чем закончилась отправка ({part}). Я продолжаю искать. Если сообщение найдётся в канале, его можно будет удалить." }
    CancelledStands { en: "{post} is cancelled, but at least part of it is in {channel}: {link}. /delete removes it.", ru: "{post} отменён, но в {channel} он уже вышел, целиком или частично: {link}. Удалить: /delete." }
    IsOff { en: "{post} is off the schedule of {channel}.", ru: "{post} снят с очереди в {channel}." }
    NothingToCancel { en: "{post} is not on the schedule, so it cannot be taken off. This is how it stands:", ru: "{post} не стоит в очереди, снимать нечего. Вот его состояние:" }
    Released { en: "{post} may go.", ru: "{post} снова в очереди на выход." }
    Retried { en: "{post} is tried again.", ru: "{post} отправляется ещё раз." }
    Deleting { en: "{post} is being deleted…", ru: "{post} удаляется…" }
    NothingToDelete { en: "Nothing of {post} stands in a channel.", ru: "{post} нигде не опубликован." }
    DeleteUnknown { en: "It is not known yet whether {post} is in {channel}, so it cannot be deleted now. Find that out first:", ru: "Пока неизвестно, вышел ли {post} в {channel}, поэтому удалить его сейчас нельзя. Сначала выясните это:" }
    TooOldToDelete { en: "{channel}: Telegram lets a bot delete only within 48 hours. Delete it by hand.", ru: "{channel}: бот может удалить сообщение только в первые 48 часов. Удалите вручную." }
    CannotDelete { en: "{channel}: it cannot be deleted now: {why}", ru: "{channel}: сейчас удалить нельзя: {why}" }
    Updating { en: "{post} is being edited…", ru: "{post} правится…" }
    CannotUpdate { en: "In {channel} it cannot be edited: {why}", ru: "В {channel} исправить нельзя: {why}" }
    PausedAll { en: "⏸ Everything is paused. Nothing goes out until /resume.", ru: "⏸ Всё остановлено. До /resume ничего не выйдет." }
    PausedOne { en: "⏸ {channel} is paused until /resume {channel}.", ru: "⏸ {channel} остановлен до /resume {channel}." }
    ResumedAll { en: "▶️ Everything is resumed, in every channel.", ru: "▶️ Все каналы снова работают." }
    ResumedOne { en: "▶️ {channel} is resumed.", ru: "▶️ {channel} снова работает." }
    WordTakenBack { en: "{post}: what you said is taken back.", ru: "{post}: ваше слово взято назад." }
    Decided { en: "Recorded: {post}, {word}.", ru: "Записано: {post}, {word}." }
    DecidedBy { en: "{post}: {who} decided: {word}.", ru: "{post}: {word}. Решение: {who}." }
    WordThere { en: "it is there", ru: "есть в канале" }
    WordNotThere { en: "it is not there", ru: "в канале нет" }
    WordNotThereCancelled { en: "it is not there, and the post stays cancelled", ru: "в канале его нет, пост остаётся отменённым" }
    WordSkip { en: "skipped", ru: "пропущено" }
    WordAgain { en: "try again", ru: "повторить" }
    WordLeft { en: "left as it is", ru: "оставлено как есть" }
    WordMade { en: "it is as it should be", ru: "всё как надо" }
    Proposed { en: "{who} proposes: {post} {time}", ru: "{who} предлагает: {post}, {time}" }
    ProposalSent { en: "Proposed to {who}. You will hear what comes of it.", ru: "Предложение получили: {who}. О решении сообщу." }
    ProposalLost { en: "Nobody who may publish could be reached: they have to write to me first.", ru: "Никому из выпускающих не дошло: им нужно сначала написать мне." }
    TakenUp { en: "{who} takes up the proposal: {post}.", ru: "{who} принимает предложение: {post}." }
    Declined { en: "{who} declines the proposal: {post}.", ru: "{who} отклоняет предложение: {post}." }
    AtOnce { en: "now", ru: "сейчас" }
    InNextSlot { en: "in the next slot", ru: "в следующий слот" }
    ClosedPage { en: "Nothing was done.", ru: "Ничего не сделано." }

    // Buttons that do nothing any more.
    TooOld { en: "This button is too old. This is how it stands now.", ru: "Кнопка устарела. Вот как обстоит дело." }
    Used { en: "Done already.", ru: "Уже сделано." }
    NotYourButton { en: "I do not know this button any more. This is how it stands now:", ru: "Этой кнопки я уже не помню. Вот как обстоит дело:" }
    CameLate { en: "This came while I was away, {ago} ago:", ru: "Это пришло, пока меня не было, {ago} назад:" }
    Minutes { en: "{count} min", ru: "{count} мин" }

    // Reports.
    WentOut { en: "✅ {post} is published in {channel}: {link}", ru: "✅ {post} опубликован в {channel}: {link}" }
    WasEdited { en: "✏️ {post} was edited in {channel}: {link}", ru: "✏️ {post} исправлен в {channel}: {link}" }
    WasDeleted { en: "🗑 {post} was deleted from {channel}.", ru: "🗑 {post} удалён из {channel}." }
    NeedsSomebody { en: "⚠️ {post} in {channel} needs attention; details are in a separate message.", ru: "⚠️ {post} в {channel} требует внимания, подробности — отдельным сообщением." }
    NeedsYou { en: "⚠️ {post} in {channel}:", ru: "⚠️ {post} в {channel}:" }
    SeveralNeedYou { en: "{count} posts wait for somebody to decide:", ru: "Постов, которые ждут решения: {count}" }
    AsksForNow { en: "{who} wants to publish it now", ru: "{who} просит опубликовать сейчас" }
    AsksForTime { en: "{who} wants to publish it at {time}", ru: "{who} просит опубликовать {time}" }
    AsksToEdit { en: "{who} wants to edit it", ru: "{who} просит изменить пост" }
    FileAsksFor { en: "its file names the time {time}", ru: "в файле указано время: {time}" }
    AskedAt { en: "asked at {time}; no answer: {why}", ru: "запрос ушёл {time}; ответа нет: {why}" }
    OwnerGone { en: "asked at {time}; the program was stopped before the answer", ru: "запрос ушёл {time}; программа остановилась раньше ответа" }
    KnownBefore { en: "the channel’s last message known before: {id}", ru: "последнее известное сообщение канала до этого: {id}" }
    NotSentYet { en: "nobody knows yet whether {part} was sent; the channel waits until that is found out", ru: "{part}: пока неизвестно, удалось ли отправить; канал ждёт, пока это выяснится" }
    Candidates { en: "The channel has messages that may be it, edited since: {ids}. Is it one of them?", ru: "Возможно, это одно из этих сообщений, изменённое после отправки: {ids}. Оно среди них?" }
    OnlyYouKnow { en: "Telegram did not confirm {part}, so it may or may not be in the channel. Please look.", ru: "Telegram не подтвердил отправку ({part}), поэтому неизвестно, есть ли это в канале. Проверьте, пожалуйста." }
    ThePost { en: "the message", ru: "сообщение" }
    PartOf { en: "part {part} of {all}", ru: "часть {part} из {all}" }
    RefusedUnknown { en: "Telegram refused {part}: {why}. Once the reason is gone, try again.", ru: "Telegram не принял {part}: {why}. Когда причина исчезнет, повторите." }
    RefusedBecause { en: "Telegram refused {part}: {why}. Fix the file, or try again.", ru: "Telegram не принял {part}: {why}. Исправьте файл или повторите." }
    StandsTwice { en: "{part} stands in the channel more than once, also as: {ids}. Delete what is too much.", ru: "{part} в канале больше одного раза, лишние сообщения: {ids}. Удалите их." }
    LeftOut { en: "its time had passed, and it was left out, as the config says", ru: "время прошло, и пост пропущен, как велит настройка" }
    AskedToWait { en: "Telegram asks to wait with the channel until {time}", ru: "Telegram просит подождать с каналом до {time}" }
    RefusesBot { en: "Telegram refuses the bot in the channel, which is paused now. See to the bot's rights there.", ru: "Telegram не пускает бота в канал, канал остановлен. Проверьте права бота." }
    RefusesToken { en: "Telegram refuses the bot. Nothing goes out until that is fixed on the server.", ru: "Telegram не принимает бота. Ничего не выйдет, пока это не исправят на сервере." }
    FileScheduled { en: "🕒 {post} goes out to {channel} {time}, as its file says.", ru: "🕒 {post} выйдет в {channel} {time}, как сказано в файле." }
    FileAsks { en: "🕒 {post} goes out to {channel} {time}, as its file says, if it is approved by then. Look at it.", ru: "🕒 {post} по файлу выйдет в {channel} {time}, если его до того одобрят. Посмотрите его." }
    FileBroken { en: "🛑 {post} waits for {channel}, and its file has errors. It is held if that is still so at its time.", ru: "🛑 {post} ждёт выхода в {channel}, а в файле ошибки. Если к сроку не исправить, он будет задержан." }
    FileGone { en: "🛑 {post} waits for {channel}, and its file is gone. It is held if that is still so at its time.", ru: "🛑 {post} ждёт выхода в {channel}, а файла больше нет. Если к сроку не вернуть, он будет задержан." }
    FileDraft { en: "📝 {post} is a draft now, and off the schedule of {channel}.", ru: "📝 {post} теперь черновик и снят с очереди в {channel}." }
    FileChanged { en: "✏️ The file of {post} says something else than its message in {channel}.", ru: "✏️ В файле {post} не то, что в сообщении в {channel}." }

    // Status and channels.
    StatusWentOut { en: "Went out in the last 24 hours: {count}", ru: "Вышло за сутки: {count}" }
    StatusWaits { en: "Waits: {count}", ru: "Ждёт: {count}" }
    StatusNeeds { en: "Needs a decision: {count}", ru: "Нужно решение: {count}" }
    StatusPaused { en: "⏸ Everything is paused ({why})", ru: "⏸ Всё остановлено ({why})" }
    ChannelPaused { en: "⏸ {channel} is paused", ru: "⏸ {channel} остановлен" }
    StatusFine { en: "Nothing needs you.", ru: "Решать ничего не нужно." }
    ChannelLine { en: "{channel}, {chat}: {rights}", ru: "{channel}, {chat}: {rights}" }
    MayPost { en: "the bot may post", ru: "бот может публиковать" }
    MayPin { en: "the bot may post and pin", ru: "бот может публиковать и закреплять" }
    MayNotPost { en: "the bot may NOT post: make it an administrator with the right to post", ru: "бот НЕ может публиковать: сделайте его администратором с правом публикации" }
    CannotSee { en: "the bot’s rights are not known: {why}", ru: "права бота неизвестны: {why}" }
    NotFoundYet { en: "not found at Telegram yet", ru: "Telegram его ещё не нашёл" }
    IsPaused { en: "paused", ru: "остановлен" }
    Everything { en: "everything", ru: "всё" }

    // Files.
    AllGood { en: "✅ All {count} posts are good.", ru: "✅ Все посты в порядке: {count}." }
    IsGood { en: "✅ {post} is good.", ru: "✅ {post} в порядке." }
    HasWarnings { en: "⚠️ warnings: {count}, see /check {post}", ru: "⚠️ предупреждений: {count}, подробнее: /check {post}" }
    ProblemsIn { en: "Posts with errors: {errors}, with warnings only: {warnings}", ru: "Постов с ошибками: {errors}, только с предупреждениями: {warnings}" }
    FileHasErrors { en: "The file of {post} has errors, so it cannot go out:", ru: "В файле {post} ошибки, выйти он не может:" }
    FileMissing { en: "The file of {post} is gone. This is how it stands:", ru: "Файла {post} больше нет. Вот его состояние:" }

    // How text looks.
    LooksBold { en: "bold", ru: "жирный" }
    LooksItalic { en: "italic", ru: "курсив" }
    LooksUnderlined { en: "underlined", ru: "подчёркнутый" }
    LooksStruck { en: "struck through", ru: "зачёркнутый" }
    LooksSpoiler { en: "spoiler", ru: "спойлер" }
    LooksQuotation { en: "quotation", ru: "цитата" }
    LooksCode { en: "code", ru: "код" }
    LooksLink { en: "link", ru: "ссылка" }
    LooksEmoji { en: "custom emoji", ru: "особый эмодзи" }

    // Why not.
    WhyStandsOtherwise { en: "it stands otherwise by now", ru: "он уже в другом состоянии" }
    WhyInFlight { en: "Telegram has not answered yet; try again in a moment", ru: "Telegram ещё не ответил; повторите чуть позже" }
    WhyTooEarly { en: "the request may still be on its way; decide after {time}", ru: "запрос ещё может дойти; решайте после {time}" }
    WhySlotTaken { en: "another post has taken that slot", ru: "слот уже занят другим постом" }
    WhyPosted { en: "some of it is in the channel, or may be", ru: "часть уже в канале или могла туда попасть" }
    WhyNewerMessages { en: "newer messages stand in the channel, and the rest would stand apart from it", ru: "в канале уже есть новые сообщения, остаток встал бы отдельно" }
    WhyChannelPaused { en: "the channel is paused", ru: "канал остановлен" }
    WhyChannelBusy { en: "another post is being sent there", ru: "туда как раз отправляется другой пост" }
    WhyBuiltUpon { en: "it was edited or pinned since, or more of it was sent", ru: "с тех пор пост изменили или закрепили, или вышла его следующая часть" }
    WhyOwnApproval { en: "whoever asks for a post does not approve it", ru: "одобрить должен кто-то другой" }
    WhyStopped { en: "everything is paused", ru: "всё остановлено" }
    WhyNotItsMessage { en: "that message is none of this post's", ru: "это сообщение не из этого поста" }
    WhyParts { en: "it has too many messages", ru: "в нём слишком много сообщений" }
    WhyMachine { en: "an administrator has to look at the server, whose log tells more", ru: "администратору нужно посмотреть журнал сервера" }
    WhyJournal { en: "what was published cannot be read or recorded at this moment; the log of the server tells more", ru: "сведения о публикациях сейчас не читаются или не пишутся, подробности в журнале сервера" }
    WhyFolder { en: "the folder of the posts cannot be read; the log of the server tells more", ru: "папка с постами не читается, подробности в журнале сервера" }
    WhyNothingAsked { en: "nothing of it waits for a decision any more", ru: "решения по нему больше не ждут" }
    WhyNoMessage { en: "{typed} names no message. Copy the message's link in Telegram, or send its number", ru: "{typed} — это не сообщение. Скопируйте ссылку на него в Telegram или пришлите его номер" }
    WhyOtherChannel { en: "that is a message of another channel than {channel}", ru: "это сообщение другого канала, не {channel}" }
    WhyNotWhole { en: "it was not sent whole; delete it, or try again", ru: "он отправлен не целиком; удалите его или повторите" }
    WhyTooOld { en: "{count} of its messages would have to go, and Telegram lets a bot delete only within 48 hours. Delete them by hand, or edit the text", ru: "пришлось бы удалить сообщений: {count}, а бот может удалять только в первые 48 часов. Удалите вручную или измените текст" }
    WhyNewerParts { en: "it would have more messages, and newer ones stand behind it. Shorten it", ru: "сообщений стало бы больше, а за ними уже есть новые. Сократите текст" }
    WhyNoEdit { en: "what differs can only be set when a message is sent", ru: "то, что отличается, задаётся только при отправке" }
    WhyWaitsElsewhere { en: "it waits for the chat that the channel was before", ru: "он ждёт чата, которым канал был раньше" }
    WhyMayBeInOtherChat { en: "it may have gone to another chat than the channel is now", ru: "он мог выйти в другом чате, канал с тех пор сменили" }
    WhyOtherChat { en: "it went to another chat than the channel is now", ru: "он вышел в другом чате, канал с тех пор сменили" }
    WhyMoved { en: "it may be {post} under another name, which an administrator settles on the server", ru: "возможно, это {post} под другим именем; это решает администратор на сервере" }
    WhyUnderWay { en: "it is being sent", ru: "он как раз отправляется" }
    WhyVanished { en: "its message is not in the channel any more", ru: "сообщения в канале больше нет" }
    WhyNoConnection { en: "there is no connection to Telegram", ru: "нет связи с Telegram" }
    WhyAskedToWait { en: "Telegram asks to wait", ru: "Telegram просит подождать" }
    WhyTelegramSays { en: "Telegram refuses: {why}", ru: "Telegram отказал: {why}" }
    WhyTimedOut { en: "no answer in time", ru: "ответ не пришёл вовремя" }
    WhyConnectionLost { en: "the connection ended before the answer", ru: "связь оборвалась раньше ответа" }
    WhyUnreadable { en: "an answer that nobody understands", ru: "ответ, который не понять" }
    WhyTooLong { en: "an answer that is too long to be read", ru: "ответ слишком длинный, чтобы его прочесть" }
    WhyServerError { en: "an error of Telegram's server", ru: "ошибка на сервере Telegram" }
    WhyPartlyRefused { en: "a part of it was refused", ru: "часть была отвергнута" }
    WhyUnknownRefusal { en: "a refusal in unknown words", ru: "отказ незнакомыми словами" }
    WhyNoAnswer { en: "nothing came", ru: "ничего не пришло" }
    WhyRestored { en: "the journal was restored from a backup, and an administrator has to look at the server", ru: "журнал восстановлен из копии, администратору нужно зайти на сервер" }

    // Mishaps.
    TimeFault { en: "I cannot read that time. Write for example: next, +2h, 18:30, tomorrow 09:00, fri 18:30, 2026-12-01 18:30", ru: "Не понимаю время. Напишите, например: следующий слот, через 2 часа, 18:30, завтра 09:00, пт 18:30, 2026-12-01 18:30" }
    TimePast { en: "That time has passed.", ru: "Это время уже прошло." }
    TimeGap { en: "The clocks skip {time}. Take an earlier or a later time.", ru: "В {time} часы переводят вперёд, такого времени нет. Возьмите другое." }
    TimeFold { en: "The clocks show {time} twice that day. Take an earlier or a later time.", ru: "{time} в этот день наступит дважды. Возьмите другое время." }
    TimeFar { en: "The year {time} is too far ahead.", ru: "{time} год слишком далеко." }
    Withheld { en: "{post} was not ordered for {channel} either: it goes to all its channels or to none.", ru: "{post} не отправлен и в {channel}: пост выходит во всех каналах или ни в одном." }
    NoChannelKnown { en: "Nobody knows yet which chat {channel} is: Telegram could not be asked. Try again in a moment.", ru: "Пока неизвестно, какой чат — {channel}: Telegram не ответил. Повторите чуть позже." }
    NotShown { en: "{post} could not be shown to you, so it does not go out from here: {why}", ru: "{post} не удалось показать, поэтому отсюда он не выйдет: {why}" }
    Mishap { en: "That did not work: {why}", ru: "Не получилось: {why}" }
    TryLater { en: "The file is being written at this moment. Try again.", ru: "Файл как раз сохраняется. Повторите." }
    OtherInstance {
        en: "🛑 Another program uses this bot's token. I have stopped, so that nothing is posted twice.",
        ru: "🛑 Токен этого бота использует другая программа. Я остановился, чтобы ничего не вышло дважды."
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    #[test]
    fn every_language_says_something_with_the_same_words_put_in() {
        for phrase in Phrase::ALL {
            let all = Language::ALL.map(|language| phrase.of(language));
            assert!(all.iter().all(|text| !text.trim().is_empty()), "{phrase:?}");
            assert_eq!(places(all[0]), places(all[1]), "{phrase:?}");
        }
    }

    #[test]
    fn russian_is_russian() {
        let is_cyrillic = |text: &str| text.chars().any(|letter| ('а'..='я').contains(&letter));
        for phrase in Phrase::ALL.iter().filter(|phrase| **phrase != Phrase::ChannelLine) {
            assert!(is_cyrillic(phrase.of(Language::Ru)), "{phrase:?}");
            assert!(!is_cyrillic(phrase.of(Language::En)), "{phrase:?}");
        }
    }

    #[test]
    fn no_word_of_another_language_stands_in_russian() {
        for phrase in Phrase::ALL {
            let mut text = phrase.of(Language::Ru).to_owned();
            for place in places(phrase.of(Language::Ru)) {
                text = text.replace(&format!("{{{place}}}"), "");
            }
            let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '/');
            let is_foreign = |word: &&str| {
                let is_latin = word.chars().any(|letter| letter.is_ascii_alphabetic());
                // Commands are typed so in every language; `post` stands for a post's id behind one.
                is_latin && !word.starts_with('/') && !["Telegram", "post"].contains(word)
            };
            let foreign: Vec<_> = words.filter(is_foreign).collect();
            assert!(foreign.is_empty(), "{phrase:?}: {foreign:?}");
        }
    }
}
