//! A service that carries things out in order and in cycles, as the production service is described to. Unproven.

use super::{Reply, Request, Server};
use crate::server::proto::{ArrayRecord, BatchedTensor, DType, ForwardBackwardOutput, ForwardBackwardRequest};
use prost::Message;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

/// What the service has done and has to do.
#[derive(Default)]
struct State {
    cycles: u64,
    models: BTreeMap<String, Model>,
    jobs: Vec<Job>,
    sessions: u64,
    samplers: u64,
}

#[derive(Default)]
struct Model {
    next_seq: i64,
    steps: u32,
    passes: u32,
}

struct Job {
    model: String,
    seq: i64,
    work: Work,
    reply: Option<Reply>,
}

#[derive(Clone)]
enum Work {
    /// A pass over sequences of these lengths, and whether it leaves gradients.
    Pass(Vec<usize>, bool),
    Step,
    Other(serde_json::Value),
}

/// The service.
#[derive(Clone, Default)]
pub struct Service {
    state: Arc<Mutex<State>>,
    cycled: Arc<Notify>,
    /// Whether it recognises a submission that comes twice, as the production service does.
    recognises: bool,
    /// The length of its cycles; without one, a cycle passes whenever somebody waits.
    clock: Option<Duration>,
}

impl Service {
    pub fn recognising(mut self) -> Self {
        self.recognises = true;
        self
    }

    /// A service whose cycles take time.
    #[allow(dead_code)] // for the example
    pub fn ticking(mut self, cycle: Duration) -> Self {
        self.clock = Some(cycle);
        let service = self.clone();
        tokio::spawn(async move {
            let mut clock = tokio::time::interval(cycle);
            loop {
                clock.tick().await;
                service.cycle();
                service.cycled.notify_waiters();
            }
        });
        self
    }

    pub async fn start(&self) -> Server {
        self.start_with(|_| None, |_, reply| reply).await
    }

    /// With something that answers in its stead, and something that changes its answers after the deed is done.
    pub async fn start_with(
        &self,
        instead: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static,
        after: impl Fn(&Request, Reply) -> Reply + Send + Sync + 'static,
    ) -> Server {
        let (service, both) = (self.clone(), Arc::new((instead, after)));
        Server::start_async(move |request| {
            let (service, both) = (service.clone(), Arc::clone(&both));
            async move {
                match both.0(&request) {
                    Some(reply) => reply,
                    None => both.1(&request, service.answer(&request).await),
                }
            }
        })
        .await
    }

    pub fn cycles(&self) -> u64 {
        self.state.lock().unwrap().cycles
    }

    /// Passes with gradients and changes of the weights that were carried out, over all models.
    pub fn done(&self) -> (u32, u32) {
        let state = self.state.lock().unwrap();
        state.models.values().fold((0, 0), |sum, model| (sum.0 + model.passes, sum.1 + model.steps))
    }

    async fn answer(&self, request: &Request) -> Reply {
        let path = request.path.split('?').next().unwrap_or_default();
        match path.strip_prefix("/api/v1/").unwrap_or_default() {
            "client/config" => Reply::ok(json!({"pjwt_auth_enabled": false, "some_new_flag": [1]})),
            "create_session" => {
                let number = self.count(|state| &mut state.sessions);
                Reply::json(201, json!({"session_id": format!("session-{number}"), "type": "create_session"}))
            }
            "session_heartbeat" => Reply::ok(json!({"type": "session_heartbeat"})),
            "create_sampling_session" => {
                let number = self.count(|state| &mut state.samplers);
                Reply::json(201, json!({"sampling_session_id": format!("sampler-{number}")}))
            }
            "create_model" => self.create(request),
            "forward_backward" => match ForwardBackwardRequest::decode(&request.body[..]) {
                Ok(pass) => {
                    let lengths = pass
                        .data
                        .iter()
                        .map(|datum| datum.model_input[0].encoded_text.as_ref().unwrap().tokens.len() / 4);
                    self.queue(pass.model_id, i64::from(pass.seq_id), Work::Pass(lengths.collect(), !pass.forward_only))
                }
                Err(error) => Reply::detail(422, &error.to_string()),
            },
            "optim_step" => self.queue_json(request, Work::Step),
            "save_weights" => self.save(request, "weights"),
            "save_weights_for_sampler" => self.save(request, "sampler_weights"),
            "retrieve_future" => self.retrieve(request).await,
            _ => Reply::detail(404, "Not Found"),
        }
    }

    fn count(&self, which: impl Fn(&mut State) -> &mut u64) -> u64 {
        let mut state = self.state.lock().unwrap();
        let number = which(&mut state);
        *number += 1;
        *number
    }

    fn create(&self, request: &Request) -> Reply {
        let body = request.json();
        let model = format!("{}:train:{}", body["session_id"].as_str().unwrap(), body["model_seq_id"]);
        self.state.lock().unwrap().models.entry(model.clone()).or_default().next_seq = 0;
        self.queue(model.clone(), 0, Work::Other(json!({"model_id": model})))
    }

    fn save(&self, request: &Request, kind: &str) -> Reply {
        let body = request.json();
        let (model, name) = (body["model_id"].as_str().unwrap(), body["path"].as_str().unwrap());
        self.queue_json(request, Work::Other(json!({"path": format!("tinker://{model}/{kind}/{name}")})))
    }

    fn queue_json(&self, request: &Request, work: Work) -> Reply {
        let body = request.json();
        self.queue(body["model_id"].as_str().unwrap().to_owned(), body["seq_id"].as_i64().unwrap(), work)
    }

    fn queue(&self, model: String, seq: i64, work: Work) -> Reply {
        let mut state = self.state.lock().unwrap();
        let known = state.jobs.iter().position(|job| job.model == model && job.seq == seq);
        let number = match known.filter(|_| self.recognises) {
            Some(number) => number,
            None => {
                state.jobs.push(Job { model: model.clone(), seq, work, reply: None });
                state.jobs.len() - 1
            }
        };
        Reply::json(202, json!({"request_id": number.to_string(), "model_id": model}))
    }

    async fn retrieve(&self, request: &Request) -> Reply {
        let number: usize = request.json()["request_id"].as_str().unwrap().parse().unwrap();
        for _ in 0..100 {
            let cycled = self.cycled.notified();
            match self.state.lock().unwrap().jobs.get(number) {
                None => return Reply::detail(404, "Future not found."),
                Some(Job { reply: Some(reply), .. }) => return reply.clone(),
                Some(_) => {}
            }
            match self.clock {
                Some(_) => cycled.await,
                None => self.cycle(),
            }
        }
        Reply::ok(json!({"type": "try_again", "queue_state": "active"}))
    }

    /// One cycle: of each model, what is queued and next in order, up to and with one change of the weights. A second
    /// pass waits for the next cycle, and so does what comes while this one is under way.
    fn cycle(&self) {
        let mut state = self.state.lock().unwrap();
        state.cycles += 1;
        let State { models, jobs, .. } = &mut *state;
        for (name, model) in models {
            let mut passed = false;
            loop {
                // Submissions that came twice stand twice in the queue, and are carried out twice.
                let next =
                    jobs.iter_mut().find(|job| job.model == *name && job.reply.is_none() && job.seq <= model.next_seq);
                let Some(job) = next else { break };
                if matches!(job.work, Work::Pass(..)) && std::mem::replace(&mut passed, true) {
                    break;
                }
                model.next_seq = model.next_seq.max(job.seq + 1);
                job.reply = Some(model.carry_out(&job.work));
                if matches!(job.work, Work::Step) {
                    break;
                }
            }
        }
    }
}

impl Model {
    fn carry_out(&mut self, work: &Work) -> Reply {
        match work {
            Work::Pass(lengths, gradients) => {
                self.passes += u32::from(*gradients);
                Reply::protobuf(output(lengths, self.steps).encode_to_vec())
            }
            Work::Step => {
                self.steps += 1;
                Reply::ok(json!({"metrics": {"step:max": self.steps}}))
            }
            Work::Other(answer) => Reply::ok(answer.clone()),
        }
    }
}

/// Log-probabilities that grow with the steps taken.
pub fn output(lengths: &[usize], steps: u32) -> ForwardBackwardOutput {
    let logprob = -2.0 / (1.0 + steps as f32);
    let data: Vec<u8> = lengths.iter().flat_map(|length| logprob.to_le_bytes().repeat(*length)).collect();
    let ends = lengths.iter().scan(0_i64, |end, length| {
        *end += *length as i64 * 4;
        Some(*end)
    });
    let offsets: Vec<u8> = std::iter::once(0).chain(ends).flat_map(i64::to_le_bytes).collect();
    let logprobs = BatchedTensor {
        data: data.into(),
        offsets: offsets.into(),
        dtype: DType::Float32.into(),
        trailing_shape: vec![],
    };
    let fields = [("logprobs".to_owned(), logprobs)].into();
    ForwardBackwardOutput {
        loss_fn_output_type: "scripted".to_owned(),
        loss_fn_outputs: vec![ArrayRecord { fields, num_datums: lengths.len() as i64 }],
        metrics: [("loss:sum".to_owned(), f64::from(-logprob) * lengths.iter().sum::<usize>() as f64)].into(),
    }
}
